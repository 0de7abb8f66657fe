using System.Globalization;
using System.Text;

namespace Strata.Lab.Load;

/// <summary>Text as caches hold it, cut into payloads: made-up words in the frequencies of natural ones, as sentences or as JSON records; or a file.</summary>
internal sealed class TextSet
{
    private const int WordCount = 8_000;
    private const string Consonants = "bcdfghklmnprstvw";
    private const string Vowels = "aeiou";

    private TextSet(string name, byte[] text)
    {
        Name = name;
        Text = text;
    }

    public string Name { get; }

    public byte[] Text { get; }

    public static TextSet OfFile(FileInfo file) => new(Path.GetFileNameWithoutExtension(file.Name), File.ReadAllBytes(file.FullName));

    public static TextSet Prose(int lengthBytes, int seed) => Make("prose", lengthBytes, seed, static (text, next, random) =>
    {
        for (int words = 4 + random.Next(16); words > 0; words--)
            text.Append(next()).Append(words == 1 ? "." : random.Next(12) == 0 ? ", " : " ");
        text.Append(random.Next(6) == 0 ? '\n' : ' ');
    });

    public static TextSet Json(int lengthBytes, int seed) => Make("json", lengthBytes, seed, static (text, next, random) =>
    {
        text.Append(CultureInfo.InvariantCulture, $"{{\"id\":{random.Next(1_000_000)},\"name\":\"{next()} {next()}\",\"priceCents\":{random.Next(100_000)},\"stock\":{random.Next(500)},\"tags\":[\"{next()}\",\"{next()}\"],\"description\":\"");
        for (int words = 15; words > 0; words--)
            text.Append(next()).Append(' ');
        text.Append(CultureInfo.InvariantCulture, $"\",\"updated\":\"2025-{1 + random.Next(12):00}-{1 + random.Next(28):00}T{random.Next(24):00}:{random.Next(60):00}:{random.Next(60):00}Z\"}},\n");
    });

    /// <summary>The text in payloads of one length; what is left over is left out.</summary>
    public byte[][] Cut(int payloadBytes) => [.. Enumerable.Range(0, Text.Length / payloadBytes).Select(index => Text.AsSpan(index * payloadBytes, payloadBytes).ToArray())];

    private static TextSet Make(string name, int lengthBytes, int seed, Action<StringBuilder, Func<string>, Random> append)
    {
        Random random = new(seed);
        string[] words = [.. Enumerable.Range(1, WordCount).Select(rank => Word(rank, random))];
        ZipfSampler ranks = new(WordCount, exponent: 1);
        StringBuilder text = new(lengthBytes + 1024);
        while (text.Length < lengthBytes)
            append(text, () => words[ranks.Next(random)], random);
        return new(name, Encoding.ASCII.GetBytes(text.ToString(0, lengthBytes)));
    }

    /// <summary>Frequent words are short.</summary>
    private static string Word(int rank, Random random)
    {
        StringBuilder word = new();
        for (int syllables = 1 + random.Next(1 + (int)Math.Log10(rank)); syllables > 0; syllables--)
        {
            word.Append(Consonants[random.Next(Consonants.Length)]).Append(Vowels[random.Next(Vowels.Length)]);
            if (random.Next(3) == 0)
                word.Append(Consonants[random.Next(Consonants.Length)]);
        }

        return word.ToString();
    }
}
