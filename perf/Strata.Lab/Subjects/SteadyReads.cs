using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Subjects;

/// <summary>Interleaved rounds of reads by one thread, of stores that hold every key that is asked for.</summary>
internal static class SteadyReads
{
    public const int SequenceLength = 1 << 22;

    private const int WarmPasses = 8;
    private const int WarmReads = 200_000;

    /// <summary>The reads a slice must have to last about <paramref name="seconds"/>, after everything was compiled and warmed.</summary>
    public static int Calibrate(Subject[] subjects, KeySet asked, double seconds)
    {
        double perRead = 0;
        for (int pass = 0; pass < WarmPasses; pass++)
        {
            perRead = 0;
            foreach (Subject subject in subjects)
                perRead += Crew.Seconds(1, _ => subject.Read(asked.Window(pass, WarmReads))) / WarmReads / subjects.Length;
        }

        return (int)Math.Clamp(seconds / perRead, WarmReads / 10, SequenceLength);
    }

    /// <summary>Nanoseconds for a read. Every subject reads the same keys in a round, and must deliver the same values.</summary>
    public static Rounds Run(Subject[] subjects, KeySet asked, int reads, int rounds)
    {
        ReadTally?[] expected = new ReadTally?[rounds];
        return Rounds.Run(subjects.Length, rounds, (subject, round) => NanosecondsOf(subjects[subject], asked.Window(round, reads), ref expected[round]));
    }

    /// <summary>Nanoseconds for a read of a window; its tally must be the expected one, which the first subject sets.</summary>
    public static double NanosecondsOf(Subject subject, KeyWindow window, ref ReadTally? expected)
    {
        ReadTally tally = default;
        double seconds = Crew.Seconds(1, _ => tally = subject.Read(window));
        expected ??= tally;
        if (tally != expected || tally.Hits != window.Count)
            throw new InvalidOperationException($"{subject.Name} read {tally}, where {window.Count} hits were asked for and the first subject had {expected}: the times cannot be compared.");
        return seconds / window.Count * 1e9;
    }
}
