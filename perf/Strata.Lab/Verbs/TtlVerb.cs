using System.CommandLine;
using Strata.Engine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>Do expired bytes come back, with no traffic to bring them?</summary>
internal sealed class TtlVerb() : Verb("ttl", """
    Do the bytes of expired entries come back by themselves, and what does that cost in copies?

    Entries of 52 to 251 bytes with their keys are written at a steady pace, a quarter of them without a TTL, and then left alone until
    the last TTL is over; only entries that have just expired are read, and must not be found.

    mix classes           the others have a TTL of one, three or ten seconds
    mix spread            the others have any TTL from half a second to ten, each doubling as likely
    room all              the store holds all that is written
    room third            it holds a third of that, and evicts meanwhile

    expired_reclaimed     entries that were reclaimed, of those whose time was over for a second, the longer of one second and one percent
                          of any TTL; the least of the walks over all records made every 250 ms, during the load and after
    expired_percent_max   bytes of records that have expired and are not reclaimed, of the used bytes, index and metadata among them; the
                          greatest of the samples, one every 20 ms from outside: what the store says it holds less what must be alive;
                          with room for a third, one every 250 ms by a walk
    expired_percent_mean  the mean of the samples
    expired_served        reads that returned an expired value, of at least the number in expired_read
    copied_per_written    bytes of live records copied out of slabs to reclaim expired or dead ones, by bytes written
    evictions             entries evicted

    Default: 1,000,000 entries, 6 seconds of writes and 11 of waiting a case. --all: 100,000, 1,000,000 and 4,000,000 entries.
    """)
{
    private const int EntryBytes = 256;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        int loadMs = (int)((request.Seconds ?? 6) * 1000);
        foreach (int entries in request.Sizes(1_000_000, 100_000, 1_000_000, 4_000_000))
        {
            Measure(TtlMix.Classes, "all", entries, loadMs, entries * (long)EntryBytes, request, report);
            Measure(TtlMix.Spread, "all", entries, loadMs, entries * (long)EntryBytes, request, report);
            Measure(TtlMix.Classes, "third", entries, loadMs, entries * (long)EntryBytes / 5, request, report);
        }

        return 0;
    }

    private void Measure(TtlMix mix, string room, int entries, int loadMs, long capacityBytes, Request request, IReport report)
    {
        Say($"{Name}: {mix.Name}, room for {room}, {entries:N0} entries");
        using MixedTtlRun run = new(mix, entries, loadMs, Math.Max(ByteStoreOptions.MinCapacityBytes, capacityBytes), request.Seed);
        run.Run();
        StoreStatistics statistics = run.Statistics;
        Case where = new Case(StrataSubject.SubjectName).With("entries", entries).With("mix", mix.Name).With("room", room);
        report.Add(new(Name, where, "expired_reclaimed", run.LeastReclaimedPercent, "%"));
        report.Add(new(Name, where, "expired_percent_max", run.MostExpiredPercent, "%"));
        report.Add(new(Name, where, "expired_percent_mean", run.MeanExpiredPercent, "%"));
        report.Add(new(Name, where, "expired_served", run.Served, "reads"));
        report.Add(new(Name, where, "expired_read", run.Reads, "reads"));
        report.Add(new(Name, where, "copied_per_written", (double)(statistics.CopiedByExpiryBytes + statistics.CopiedByCompactionBytes) / statistics.WrittenBytes, "x"));
        report.Add(new(Name, where, "evictions", statistics.Evictions, "entries"));
    }
}
