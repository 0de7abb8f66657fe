using System.Diagnostics.CodeAnalysis;
using Strata.Front;
using Strata.Payloads;

namespace Strata;

/// <summary>Hits that return an instance, where values are immutable and there is an object front.</summary>
public sealed partial class TieredCache
{
    /// <summary>Reads the instance that the front has, if the entry is still the one it belongs to; otherwise the bytes, and keeps the instance made of them.</summary>
    private PayloadRead ReadShared<T, TSerializer>(ObjectFront front, ReadOnlySpan<byte> key, TSerializer serializer, [MaybeNull] out T value)
        where TSerializer : IPayloadSerializer<T>
    {
        ulong hash = _memory.HashOf(key);
        if (front.TryFind(hash, out object? instance, out long version) && instance is T found && _memory.IsCurrent(key, hash, version))
        {
            value = found;
            return PayloadRead.Hit;
        }

        PayloadRead read = _memory.TryGetWith(key, serializer, out value, out version);
        if (read == PayloadRead.Hit && version != 0)
            front.Put(hash, version, value!);
        return read;
    }

    /// <summary>Whether entries of this serializer have a version, by which the front knows them.</summary>
    private bool IsShared<T, TSerializer>(TSerializer serializer)
        where TSerializer : IPayloadSerializer<T> => _front is not null && serializer.MakesImmutable;

    /// <summary>Keeps the instance that an entry was written from.</summary>
    private void Share(ReadOnlySpan<byte> key, long version, object? instance)
    {
        if (_front is { } front && version != 0 && instance is not null)
            front.Put(_memory.HashOf(key), version, instance);
    }
}
