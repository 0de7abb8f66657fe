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
    private readonly ulong _seed;
    private string[]? _strings;

    public KeySet(int count, int seed)
    {
        Count = count;
        _seed = (ulong)seed;
        _packed = new byte[(long)count * KeyBytes];
        for (int index = 0; index < count; index++)
            Write(_seed, index, _packed.AsSpan(index * KeyBytes, KeyBytes));
    }

    public int Count { get; }

    public ReadOnlySpan<byte> Utf8(int index) => _packed.AsSpan(index * KeyBytes, KeyBytes);

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
