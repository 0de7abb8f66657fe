namespace Strata.Lab.Load;

/// <summary>How long entries live: a quarter of them for ever, the others by the mix, ten seconds at most.</summary>
internal sealed class TtlMix(string name, Func<Random, long> drawMs)
{
    public const int LongestMs = 10_000;

    public string Name => name;

    /// <summary>Lifetimes that an application may use side by side.</summary>
    public static TtlMix Classes => new("classes", random => random.Next(4) switch { 0 => 1_000, 1 => 3_000, 2 => LongestMs, _ => 0 });

    /// <summary>Any lifetime from half a second up, each doubling as likely as the next.</summary>
    public static TtlMix Spread => new("spread", random => random.Next(4) == 0 ? 0 : (long)(LongestMs / 20 * Math.Pow(20, random.NextDouble())));

    /// <summary>The next entry's milliseconds; 0 lives for ever.</summary>
    public long NextMs(Random random) => drawMs(random);
}
