namespace Strata.Engine.Eviction;

/// <summary>What becomes of a record under the hand.</summary>
internal readonly record struct Verdict(bool IsKept, bool ToMain, int Frequency)
{
    public static Verdict Drop => default;

    public static Verdict KeepInMain(int frequency) => new(true, true, frequency);
}
