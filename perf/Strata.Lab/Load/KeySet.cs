using System.Globalization;
using System.Text;

namespace Strata.Lab.Load;

/// <summary>
/// Keys of 24 characters, prebuilt in each side's native form: UTF-8 bytes in one packed array, and strings. The number in a key is
/// a mixed form of its index, so that neighbours in the set are no neighbours in text.
/// </summary>
internal sealed class KeySet
{
    public const int KeyBytes = 24;

    private const string Prefix = "product:";

    private readonly byte[] _packed;
    private string[]? _strings;

    public KeySet(int count, int seed)
    {
        _packed = new byte[(long)count * KeyBytes];
        for (int index = 0; index < count; index++)
            Write((ulong)seed, index, _packed.AsSpan(index * KeyBytes, KeyBytes));
    }

    private KeySet(byte[] packed) => _packed = packed;

    public int Count => _packed.Length / KeyBytes;

    /// <summary>
    /// The keys of these indices, one behind the other, in copies of their own: what callers have in hand who have just made their keys, each
    /// equal to a stored one and none the very same object.
    /// </summary>
    public KeySet InOrder(ReadOnlySpan<int> indices)
    {
        byte[] packed = new byte[(long)indices.Length * KeyBytes];
        for (int i = 0; i < indices.Length; i++)
            Utf8(indices[i]).CopyTo(packed.AsSpan(i * KeyBytes));
        return new(packed);
    }

    /// <summary>Window number <paramref name="window"/> of <paramref name="length"/> keys; windows go round, and the last piece too short for one is left out.</summary>
    public KeyWindow Window(int window, int length)
    {
        return new(this, IndexSequence.StartOf(window, length, Count), length);
    }

    public ReadOnlySpan<byte> Utf8(int index) => Utf8(index, 1);

    /// <summary>The bytes of <paramref name="count"/> keys, one behind the other.</summary>
    public ReadOnlySpan<byte> Utf8(int index, int count) => _packed.AsSpan(index * KeyBytes, count * KeyBytes);

    /// <summary>The same keys as strings, built on first use.</summary>
    public string[] Strings
    {
        get
        {
            if (_strings is null)
            {
                string[] strings = new string[Count];
                for (int index = 0; index < strings.Length; index++)
                    strings[index] = Encoding.ASCII.GetString(Utf8(index));
                _strings = strings;
            }

            return _strings;
        }
    }

    /// <summary>Writes the key of <paramref name="index"/> without a set: for processes whose memory is being measured.</summary>
    public static void Write(ulong seed, int index, Span<byte> key)
    {
        Encoding.ASCII.GetBytes(Prefix, key);
        Mixer.Mix(((ulong)index << 16) ^ (seed * 0x9E3779B97F4A7C15)).TryFormat(key[Prefix.Length..], out _, "x16", CultureInfo.InvariantCulture);
    }
}
