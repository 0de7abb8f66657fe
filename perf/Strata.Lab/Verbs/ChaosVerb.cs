using System.CommandLine;
using Strata.Lab.Chaos;
using Strata.Lab.Measure;

namespace Strata.Lab.Verbs;

/// <summary>What do callers notice of a tier that fails?</summary>
internal sealed class ChaosVerb() : Verb("chaos", """
    What do callers notice of a tier that fails, and how long does the cache take to make up for it?

    Eight callers read, load, write and remove, each its own keys, half a second before, three seconds during, and until the end of an outage. Memory has room for all keys, and all settings are the defaults. The cases are what
    happens to the tier. A value is wrong when it is another key's, or not that of the key's last write. Afterwards a second cache, whose memory is empty, reads all keys from the tier.

    hits_available_pct   reads during the outage of keys that were written or loaded: answered, in percent
    loads_available_pct  GetOrAdd during the outage: answered, in percent
    wrong_values         values that were wrong, before, during and after, those of the second cache among them
    recovered_ms         from the end of the outage until the tier had got all that it lacked, and a write succeeded
    kept_pct             keys of which the tier has the last value afterwards; of the others it has none
    calls                reads and loads during the outage

    Default and only table: 4,000 keys, or --entries. --seed decides what goes wrong. --seconds and --all change nothing here.
    """)
{
    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        RunAsync(request, report).GetAwaiter().GetResult();
        return 0;
    }

    private async Task RunAsync(Request request, IReport report)
    {
        foreach (ChaosScenario scenario in StandInScenario.All(request.Seed))
        {
            await using (scenario)
            {
                Say($"{Name}: {scenario.Tier} {scenario.Fault}");
                var run = new ChaosRun(scenario, request.Entries ?? 4_000, request.Seed);
                await run.RunAsync();
                Case where = new Case("strata").With("tier", scenario.Tier).With("fault", scenario.Fault);
                report.Add(new(Name, where, "hits_available_pct", run.During.HitsAvailablePct, "%"));
                report.Add(new(Name, where, "loads_available_pct", run.During.LoadsAvailablePct, "%"));
                report.Add(new(Name, where, "wrong_values", run.During.Wrong + run.Around.Wrong, ""));
                report.Add(new(Name, where, "recovered_ms", run.RecoveredMs, "ms"));
                report.Add(new(Name, where, "kept_pct", run.KeptPct, "%"));
                report.Add(new(Name, where, "calls", run.During.Calls, ""));
            }
        }
    }
}
