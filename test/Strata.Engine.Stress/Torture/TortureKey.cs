using System.Buffers.Binary;

namespace Strata.Engine.Stress.Torture;

/// <summary>
/// The keys of the torture by number. The number decides length and kind, so that every thread treats a key alike: a fifth are mortal
/// (each write has a short time to live), a third versioned.
/// </summary>
internal static class TortureKey
{
    public const int MaxBytes = ByteStoreOptions.MaxKeyBytes;

    public static bool IsMortal(int number) => number % 5 == 0;

    public static bool IsVersioned(int number) => number % 3 == 0;

    /// <summary>The length that writes of the key prefer, so that many overwrite in place.</summary>
    public static int PreferredValueBytes(int number) => ValueTag.MinBytes + number * 37 % 400;

    /// <summary>Fills the key and returns its part of the buffer.</summary>
    public static ReadOnlySpan<byte> Write(int number, Span<byte> buffer)
    {
        int length = number % 997 == 1 ? MaxBytes : sizeof(int) + number * 7 % 60;
        BinaryPrimitives.WriteInt32LittleEndian(buffer, number);
        for (int i = sizeof(int); i < length; i++)
            buffer[i] = (byte)(number + i);
        return buffer[..length];
    }

    /// <summary>Whether the bytes are a key of the torture, every one of them.</summary>
    public static bool TryRead(ReadOnlySpan<byte> key, int keyCount, out int number)
    {
        number = key.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(key);
        if (number < 0 || number >= keyCount)
            return false;
        Span<byte> expected = stackalloc byte[MaxBytes];
        return Write(number, expected).SequenceEqual(key);
    }
}
