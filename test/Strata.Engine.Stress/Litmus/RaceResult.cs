namespace Strata.Engine.Stress.Litmus;

/// <summary>What the reader saw. Without refused reads the two threads never met, and no violation proves nothing.</summary>
internal sealed record RaceResult(long Accepted, long Refused, long Violations, TimeSpan Elapsed)
{
    /// <summary>Refused reads that show the two threads were at it at the same time.</summary>
    public const long MinRefused = 100;

    /// <summary>The verdict on a right copy that was to see <paramref name="rounds"/> accepted reads, as an <see cref="ExitCode"/>.</summary>
    public int JudgeRight(long rounds) =>
        Violations > 0 ? ExitCode.Violation : Accepted >= rounds && Refused >= MinRefused ? ExitCode.Pass : ExitCode.Inconclusive;

    /// <summary>The verdict on a control, as an <see cref="ExitCode"/>.</summary>
    public int JudgeControl() => Violations > 0 ? ExitCode.Pass : ExitCode.Inconclusive;
}
