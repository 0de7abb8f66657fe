using System.CommandLine;
using System.Globalization;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How long does the garbage collector stop the process?</summary>
internal sealed class GcVerb() : Verb("gc", """
    How long does the garbage collector stop a process that holds N live entries?

    Each subject has a process of its own, beside an empty one that stores nothing; five rounds, interleaved, and medians. After it is filled,
    one thread allocates 500 MB of garbage a second and another overwrites 100,000 entries a second; every pause is read from the
    runtime's own count of paused time.

    longest_pause_ms          the longest pause
    total_pause_ms            the sum of all pauses
    full_collection_ms        a blocking full collection (not compacting), median of three
    overwrites_percent        overwrites done, of those that were due
    pause_ratio_to_empty      longest pause over that of the empty process
    full_collection_ratio_to_empty  the same for the full collection

    Default: 1,000,000 entries, 1 second a process. --all: 8,000,000 entries, 5 seconds.
    """)
{
    private const int RoundCount = 5;

    private static readonly string[] FigureNames = ["longest_pause_ms", "total_pause_ms", "full_collection_ms", "overwrites_percent"];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(1_000_000, 8_000_000))
            Measure(entries, request.Seconds ?? (request.All ? 5 : 1), request.Seed, report);
        return 0;
    }

    private void Measure(int entries, double seconds, int seed, IReport report)
    {
        IReadOnlyDictionary<string, double>[,] answers = new IReadOnlyDictionary<string, double>[Cargo.Names.Length, RoundCount];
        Rounds.Run(Cargo.Names.Length, RoundCount, (subject, round) =>
        {
            Say($"{Name}: {Cargo.Names[subject]}, {entries:N0} entries, round {round + 1} of {RoundCount}");
            answers[subject, round] = ChildProcess.Run(
                GcChildVerb.VerbName,
                "--subject", Cargo.Names[subject],
                "--entries", entries.ToString(CultureInfo.InvariantCulture),
                "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
                "--seed", seed.ToString(CultureInfo.InvariantCulture));
            return answers[subject, round]["longest_pause_ms"];
        });

        double Median(int subject, string figure) => Rounds.Median(Enumerable.Range(0, RoundCount).Select(round => answers[subject, round][figure]));
        int empty = Array.IndexOf(Cargo.Names, Cargo.Empty);
        for (int subject = 0; subject < Cargo.Names.Length; subject++)
        {
            Case where = new Case(Cargo.Names[subject]).With("entries", subject == empty ? 0 : entries).With("seconds", seconds);
            foreach (string figure in FigureNames)
                report.Add(new(Name, where, figure, Median(subject, figure), figure.EndsWith("_ms", StringComparison.Ordinal) ? "ms" : "%"));
            if (subject == empty)
                continue;
            report.Add(new(Name, where, "pause_ratio_to_empty", Median(subject, "longest_pause_ms") / Median(empty, "longest_pause_ms"), "x"));
            report.Add(new(Name, where, "full_collection_ratio_to_empty", Median(subject, "full_collection_ms") / Median(empty, "full_collection_ms"), "x"));
        }
    }
}
