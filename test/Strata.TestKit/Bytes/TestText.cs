using System.Text;

namespace Strata.TestKit.Bytes;

/// <summary>Bytes of several kinds, as codecs meet them. The same for the same seed.</summary>
public static class TestText
{
    private static readonly string[] s_words =
        ["the", "of", "and", "to", "a", "in", "is", "that", "cache", "entry", "value", "when", "memory", "before", "reader", "writes", "another", "between", "sequence", "compressed"];

    /// <summary>Words drawn unevenly, with commas, full stops and line ends.</summary>
    public static byte[] Prose(int lengthBytes, ulong seed)
    {
        var random = new SplitMix64(seed);
        var text = new StringBuilder(lengthBytes + 16);
        while (text.Length < lengthBytes)
        {
            text.Append(s_words[random.Next(1 + random.Next(s_words.Length))]);
            text.Append(random.Next(24) switch { 0 => ".\n", 1 or 2 => ", ", _ => " " });
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, lengthBytes));
    }

    /// <summary>The first bytes of a random row again and again.</summary>
    public static byte[] Periodic(int lengthBytes, int periodBytes, ulong seed)
    {
        byte[] row = TestBytes.Value(seed, periodBytes);
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++)
            bytes[i] = row[i % periodBytes];
        return bytes;
    }

    /// <summary>Runs, repeats, random bytes and prose in turns of random lengths: short and long literals, short and long matches, near and far ones.</summary>
    public static byte[] Mixed(int lengthBytes, ulong seed)
    {
        var random = new SplitMix64(seed);
        byte[] bytes = new byte[lengthBytes];
        int at = 0;
        while (at < lengthBytes)
        {
            Span<byte> next = bytes.AsSpan(at, Math.Min(1 + random.Next(1 + random.Next(700)), lengthBytes - at));
            switch (random.Next(4))
            {
                case 0:
                    next.Fill((byte)random.Next(256));
                    break;
                case 1:
                    TestBytes.Fill(next, random.Next());
                    break;
                case 2 when at > 0:
                    int distance = 1 + random.Next(Math.Min(at, 1 << random.Next(17)));
                    for (int i = 0; i < next.Length; i++)
                        bytes[at + i] = bytes[at + i - distance];
                    break;
                default:
                    Prose(next.Length, random.Next()).CopyTo(next);
                    break;
            }

            at += next.Length;
        }

        return bytes;
    }
}
