using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Strata.Payloads;

/// <summary>Turns values of one type into the bytes a cache keeps, and back.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <remarks>Called from any thread, several at once, and never under a lock of the cache. <see cref="PayloadSerializer"/> makes the common ones.</remarks>
public interface IPayloadSerializer<T>
{
    /// <summary>
    /// Whether values never change once they are made, so that an object front (<see cref="TieredCacheOptions.ObjectFront"/>) may give one instance to everybody. By default what the type declares of itself: <c>true</c> for
    /// <see cref="string"/> and for sealed classes with <see cref="System.ComponentModel.ImmutableObjectAttribute"/>. Asked in each call: it must be cheap, and always the same.
    /// </summary>
    bool MakesImmutable => ImmutableType<T>.IsDeclared;

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value, never <c>null</c>.</param>
    /// <param name="destination">Receives the payload; it may be empty.</param>
    void Write(T value, IBufferWriter<byte> destination);

    /// <summary>Reads a value.</summary>
    /// <param name="payload">The payload, in one or more pieces. Valid only during the call.</param>
    /// <param name="value">The value read; not <c>null</c> when the result is <c>true</c>.</param>
    /// <returns>
    /// <c>false</c> when the payload is not one of this serializer's: written by a former version, or damaged. The cache counts it and answers as if the entry
    /// were not there. An exception, in contrast, goes to the caller; so bytes of which no value can be made, be it that the type's own constructor refuses them, are to be answered with <c>false</c>.
    /// </returns>
    bool TryRead(in ReadOnlySequence<byte> payload, [MaybeNullWhen(false)] out T value);
}
