using System.Buffers;
using System.CommandLine;
using System.Diagnostics;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;
using Strata.Tiers;

namespace Strata.Lab.Verbs;

/// <summary>How soon is a file tier back?</summary>
internal sealed class RecoveryVerb() : Verb("recovery", """
    How soon does a file tier serve after it was closed and opened again, and when does it know all it has?

    Entries with values of 1,000 bytes, written and closed; then opened three times, with the files in the system's page cache.

    serving_ms         from the call of the constructor to the answer of the first read; median
    index_complete_ms  from the call of the constructor until every entry was found; median
    found_percent      entries that are read afterwards, of a sample of 10,000
    disk_mb            the length of all files, in megabytes (10^6)

    Default: 1,000,000 entries.
    """)
{
    private const int RoundCount = 3;
    private const int ValueBytes = 1_000;
    private const int Sample = 10_000;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        int entries = request.Entries ?? 1_000_000;
        byte[][] keys = [.. Enumerable.Range(0, entries).Select(FileStore.Key)];
        using var store = new FileStore(entries, ValueBytes);
        Say($"{Name}: writing {entries:N0} entries");
        store.Fill(keys);
        var serving = new double[RoundCount];
        var complete = new double[RoundCount];
        int found = 0;
        for (int round = 0; round < RoundCount; round++)
        {
            store.Tier.Dispose();
            long start = Stopwatch.GetTimestamp();
            store.Reopen();
            _ = store.Tier.GetAsync(keys[^1], new ArrayBufferWriter<byte>()).Result;
            serving[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            store.Tier.RecoveryTask.Wait();
            complete[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var random = new Random(request.Seed);
            found = Enumerable.Range(0, Sample).Count(_ => store.Tier.GetAsync(keys[random.Next(entries)], new ArrayBufferWriter<byte>()).Result.Status == TierReadStatus.Stale);
        }

        Case where = new Case("strata").With("entries", entries).With("value_bytes", ValueBytes);
        report.Add(new(Name, where, "serving_ms", Rounds.Median(serving), "ms"));
        report.Add(new(Name, where, "index_complete_ms", Rounds.Median(complete), "ms"));
        report.Add(new(Name, where, "found_percent", 100.0 * found / Sample, "%"));
        report.Add(new(Name, where, "disk_mb", store.Tier.GetStatistics().DiskBytes / 1e6, "MB"));
        return 0;
    }
}
