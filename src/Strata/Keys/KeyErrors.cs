using System.Diagnostics.CodeAnalysis;

namespace Strata.Keys;

/// <summary>What is said of keys that cannot be used. Lengths only: keys may hold what must not reach a log.</summary>
internal static class KeyErrors
{
    public static void ThrowIfNotKey(ReadOnlySpan<byte> key)
    {
        if ((uint)(key.Length - 1) >= CacheKey.MaxBytes)
            ThrowLength(key.Length);
    }

    [DoesNotReturn]
    public static void ThrowLength(int lengthBytes) => throw (lengthBytes switch
    {
        0 => new ArgumentException($"The key is empty; a key has 1 to {CacheKey.MaxBytes} bytes.", "key"),
        int.MaxValue => new ArgumentException($"The interpolated key has more than {CacheKey.MaxBytes} bytes; a key has 1 to {CacheKey.MaxBytes} bytes.", "key"),
        _ => new ArgumentException($"The key has {lengthBytes} bytes; a key has 1 to {CacheKey.MaxBytes} bytes.", "key"),
    });

    public static ArgumentException Malformed() =>
        new("The key's text is not well-formed UTF-16 (a surrogate stands alone), so it has no UTF-8 form of its own.", "key");
}
