using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Strata.Keys;

/// <summary>The checked bytes of a key during one call, with the array that holds them when text had to be encoded.</summary>
internal readonly ref struct KeyLease
{
    private readonly byte[]? _rented;

    /// <summary>Takes bytes written by an interpolated key, whose true length may be more than was kept.</summary>
    public KeyLease(ReadOnlySpan<byte> bytes, int lengthBytes)
    {
        if ((uint)(lengthBytes - 1) >= CacheKey.MaxBytes)
            KeyErrors.ThrowLength(lengthBytes);
        Bytes = bytes;
    }

    /// <summary>Takes the given bytes.</summary>
    public KeyLease(ReadOnlySpan<byte> bytes, byte[]? rented)
    {
        KeyErrors.ThrowIfNotKey(bytes);
        Bytes = bytes;
        _rented = rented;
    }

    /// <summary>1 to 4096 bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Encodes text that is too long for the key's own buffer.</summary>
    public static KeyLease Encode(ReadOnlySpan<char> text)
    {
        // A character is at least one byte, so longer text need not be counted exactly to be refused.
        int lengthBytes = text.Length > CacheKey.MaxBytes ? text.Length : Encoding.UTF8.GetByteCount(text);
        if (lengthBytes > CacheKey.MaxBytes)
            KeyErrors.ThrowLength(lengthBytes);
        byte[] rented = ArrayPool<byte>.Shared.Rent(lengthBytes);
        if (Utf8.FromUtf16(text, rented, out _, out int written, replaceInvalidSequences: false) == OperationStatus.Done)
            return new KeyLease(rented.AsSpan(0, written), rented);
        ArrayPool<byte>.Shared.Return(rented);
        throw KeyErrors.Malformed();
    }

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }
}
