using System.CommandLine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How much of the slabs is live when entries are removed and overwritten?</summary>
internal sealed class CompactionVerb() : Verb("compaction", """
    How much of the memory that entries stand in is live when they are removed and overwritten with values of other lengths, and what
    does that cost in copies?

    A store with room for all its entries, so that nothing is evicted; values of 0 to 399 bytes, each write of another length; four
    operations an entry on one thread, with the store's own timer beside it.

    load overwrite        writes of keys that are present, uniform
    load overwrite-zipf   the same, Zipf
    load remove           four removes to one write, until a fifth of the keys is left and goes on being written

    live_percent_min      live records (headers and padding among them) of the slabs that hold records: full ones, those that are being
                          filled and the one that is being reclaimed; the least of all looks, one every 1,024 operations
    live_percent_after    the same, one second after the last operation
    copied_per_written    bytes of records copied by bytes of records written, during the load
    copied_per_gone       bytes of records copied by bytes written and, with their keys and values, removed
    copied_percent_after  bytes copied in the second after, of the bytes written
    evictions             entries evicted: none, or the rest means something else

    Default: 1,000,000 entries. --all: 10,000, 100,000, 1,000,000 and 8,000,000. --seconds changes nothing here.
    """)
{
    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(1_000_000, 10_000, 100_000, 1_000_000, 8_000_000))
        {
            Measure("overwrite", Distribution.Uniform, run => run.Overwrite(), entries, request, report);
            Measure("overwrite-zipf", Distribution.Zipf, run => run.Overwrite(), entries, request, report);
            Measure("remove", Distribution.Uniform, run => run.Remove(), entries, request, report);
        }

        return 0;
    }

    private void Measure(string load, Distribution distribution, Action<CompactionRun> work, int entries, Request request, IReport report)
    {
        Say($"{Name}: {load}, {entries:N0} entries");
        using CompactionRun run = new(distribution, entries, request.Seed);
        work(run);
        Case where = new Case(StrataSubject.SubjectName).With("entries", entries).With("load", load);
        report.Add(new(Name, where, "live_percent_min", run.LeastLivePercent, "%"));
        report.Add(new(Name, where, "live_percent_after", run.LaterLivePercent, "%"));
        report.Add(new(Name, where, "copied_per_written", (double)run.CopiedBytes / run.WrittenBytes, "x"));
        report.Add(new(Name, where, "copied_per_gone", (double)run.CopiedBytes / (run.WrittenBytes + run.RemovedBytes), "x"));
        report.Add(new(Name, where, "copied_percent_after", 100.0 * run.LaterCopiedBytes / run.WrittenBytes, "%"));
        report.Add(new(Name, where, "evictions", run.Evictions, "entries"));
    }
}
