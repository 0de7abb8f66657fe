using System.CommandLine;
using Strata.Lab.Chaos;
using Strata.Lab.Measure;

namespace Strata.Lab.Verbs;

/// <summary>What do callers notice of a tier that fails?</summary>
internal sealed class ChaosVerb() : Verb("chaos", """
    What do callers notice of a tier that fails, and how long does the cache take to make up for it?

    Eight callers read, load, write and remove, each its own keys, half a second before and all through an outage. Memory has room for all keys, and all settings are the defaults. A value is wrong when it is another key's, or not
    that of the key's last write. Afterwards a second cache, whose memory is empty, reads all keys from the tier.

    tier memory  a tier within the process, and chaos around it
    tier redis   a redis-server that this verb starts (it must be on PATH): killed, stopped by a signal, or told to refuse
    tier files   a store in the directory for temporary files, in segments of 256 KiB, whose former entries are trusted: on a file system of 32 MiB that another file fills; made immutable, which open handles feel, too, and
                 once more, with the store closed and opened as soon as that ends (these take root on Linux and are left out elsewhere); closed, with the end of its newest segment cut off; and with 200 blocks of 64 random bytes written over it while it is open, where nothing is mended afterwards

    hits_available_pct   reads during the outage of keys that were written or loaded: answered, in percent
    loads_available_pct  GetOrAdd during the outage: answered, in percent
    wrong_values         values that were wrong, before, during and after, those of the second cache among them
    recovered_ms         from the end of the outage until the tier had got all that it lacked, and a write succeeded
    kept_pct             keys of which the tier has the last value afterwards; of the others it has none
    calls                reads and loads during the outage

    Default and only table: 4,000 keys, or --entries. --seconds is the time of each outage, 1.2 by default. --seed decides what goes wrong. --all changes nothing here.
    """)
{
    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        RunAsync(request, report).GetAwaiter().GetResult();
        return 0;
    }

    private async Task RunAsync(Request request, IReport report)
    {
        ChaosScenario[] files = [new FullDiskScenario(), new ReadOnlyScenario(isReopened: false), new ReadOnlyScenario(isReopened: true), new TornScenario(), new FlippedScenario(request.Seed)];
        foreach (ChaosScenario scenario in (ChaosScenario[])[.. StandInScenario.All(request.Seed), .. ServerScenario.All(), .. files])
        {
            await using (scenario)
            {
                Say($"{Name}: {scenario.Tier} {scenario.Fault}");
                var run = new ChaosRun(scenario, request.Entries ?? 4_000, TimeSpan.FromSeconds(request.Seconds ?? 1.2), request.Seed);
                try
                {
                    await run.RunAsync();
                }
                catch (PlatformNotSupportedException exception)
                {
                    Say($"{Name}: left out: {exception.Message}");
                    continue;
                }

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
