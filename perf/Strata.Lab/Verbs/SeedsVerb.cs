using System.CommandLine;
using Strata.Lab.Measure;
using Strata.Lab.Seeds;

namespace Strata.Lab.Verbs;

/// <summary>What became of the promises?</summary>
internal sealed class SeedsVerb() : Verb("seeds", """
    Which of the figures hold that the documents promise with which Strata began?

    Those documents describe a smart cache on several levels (A), a simple cache before a database (B), and a producer that chooses partitions by what two caches tell it (C). Each promise that is a number is a row: what was promised, and
    what a run of that kind comes to here. Times are means (the lag: what one in a hundred exceeds) and the machine's own, so each says no more than on which side of its promise it is. A redis-server must be on PATH: it is started, and once killed.

    promised   the figure promised; a range counts with the end that is easier to compare
    measured   the figure measured
    is_kept    1 when it is at least as good as promised, else 0

    Default and only table: all of them, in about a minute and a half. --entries, --seconds and --all change nothing here.
    """)
{
    private static readonly ISeedScenario[] s_scenarios =
    [
        new MemoryScenario(), new EntryCountScenario(), new ResponseScenario(), new EfficiencyScenario(), new ConcurrencyScenario(), new QueryScenario(), new PartitionScenario(),
        new RedisScenario(), new DiskScenario(), new LagScenario(), new FailoverScenario(),
    ];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (ISeedScenario scenario in s_scenarios)
        {
            Say($"{Name}: {scenario.Title}");
            foreach (SeedFigure figure in scenario.Measure(request.Seed))
            {
                Case where = new Case(figure.Name).With("row", figure.Row).With("promise", figure.IsAtMost ? "at most" : "at least").With("unit", figure.Unit);
                report.Add(new(Name, where, "promised", figure.Promised, ""));
                report.Add(new(Name, where, "measured", figure.Measured, ""));
                report.Add(new(Name, where, "is_kept", figure.IsKept ? 1 : 0, ""));
            }

            GC.Collect();
        }

        return 0;
    }
}
