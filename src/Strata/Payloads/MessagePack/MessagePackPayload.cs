using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Strata.Payloads.MessagePack;

/// <summary>One value in the MessagePack format, and nothing behind it.</summary>
internal readonly struct MessagePackPayload<T, TFormat> : IPayloadSerializer<T>
    where TFormat : IMessagePackFormat<T>
{
    /// <summary>Payloads in several pieces are joined to be read; the engine keeps no value that is longer.</summary>
    private const long MaxJoinedBytes = 1L << 30;

    public bool MakesImmutable => ImmutableType<T>.IsDeclared;

    public void Write(T value, IBufferWriter<byte> destination)
    {
        var writer = new MessagePackWriter(destination);
        TFormat.Write(ref writer, value);
        writer.Flush();
    }

    public bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value)
    {
        if (payload.IsSingleSegment)
            return TryRead(payload.FirstSpan, out value);
        value = default;
        if (payload.Length > MaxJoinedBytes)
            return false;

        byte[] joined = ArrayPool<byte>.Shared.Rent((int)payload.Length);
        try
        {
            payload.CopyTo(joined);
            return TryRead(joined.AsSpan(0, (int)payload.Length), out value);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, [MaybeNullWhen(false)] out T value)
    {
        var reader = new MessagePackReader(bytes);
        if (TFormat.TryRead(ref reader, out value) && reader.IsAtEnd && value is not null)
            return true;
        value = default;
        return false;
    }
}
