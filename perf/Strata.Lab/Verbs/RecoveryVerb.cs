using System.Buffers;
using System.CommandLine;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Strata.Entries;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;
using Strata.Tiers;
using Strata.Warming;

namespace Strata.Lab.Verbs;

/// <summary>How soon is a file tier back?</summary>
internal sealed class RecoveryVerb() : Verb("recovery", """
    How soon does a file tier serve after it was closed and opened again, and when does it know all it has?

    Entries with values of 1,000 bytes, written and closed; then opened three times, with the files in the system's page cache.

    serving_ms         from the call of the constructor to the answer of the first read; median
    index_complete_ms  from the call of the constructor until every entry was found; median
    found_percent      entries that are read afterwards, of a sample of 10,000
    disk_mb            the length of all files, in megabytes (10^6)
    warm_ms            from the call of WarmFromAsync, on a cache that is empty and has room for all, until all entries are in memory (as stale, with a grace); median
    warm_entries_per_second   the same as a rate
    warm_percent       entries that were brought to memory
    ratio_to_sequential_read  the time of reading the same segment files from end to end, in pieces of 1 MiB, divided by that of the warm restart, in the same round; median

    Default: 1,000,000 entries.
    """)
{
    private const int RoundCount = 3;
    private const int ValueBytes = 1_000;
    private const int Sample = 10_000;
    private const int PieceBytes = 1 << 20;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        int entries = request.Entries ?? 1_000_000;
        byte[][] keys = [.. Enumerable.Range(0, entries).Select(FileStore.Key)];
        using var store = new FileStore(entries, ValueBytes);
        Say($"{Name}: writing {entries:N0} entries");
        store.Fill(keys);
        var serving = new double[RoundCount];
        var complete = new double[RoundCount];
        var warm = new double[RoundCount];
        var ratio = new double[RoundCount];
        int found = 0;
        long warmed = 0;
        for (int round = 0; round < RoundCount; round++)
        {
            store.Tier.Dispose();
            double sequentialMs = ReadSequentially(store.Directory);
            long start = Stopwatch.GetTimestamp();
            store.Reopen();
            _ = store.Tier.GetAsync(keys[^1], new ArrayBufferWriter<byte>()).Result;
            serving[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            store.Tier.RecoveryTask.Wait();
            complete[round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            var random = new Random(request.Seed);
            found = Enumerable.Range(0, Sample).Count(_ => store.Tier.GetAsync(keys[random.Next(entries)], new ArrayBufferWriter<byte>()).Result.Status == TierReadStatus.Stale);
            (warm[round], warmed) = Warm(store, entries);
            ratio[round] = sequentialMs / warm[round];
        }

        Case where = new Case("strata").With("entries", entries).With("value_bytes", ValueBytes);
        report.Add(new(Name, where, "serving_ms", Rounds.Median(serving), "ms"));
        report.Add(new(Name, where, "index_complete_ms", Rounds.Median(complete), "ms"));
        report.Add(new(Name, where, "found_percent", 100.0 * found / Sample, "%"));
        report.Add(new(Name, where, "disk_mb", store.Tier.GetStatistics().DiskBytes / 1e6, "MB"));
        report.Add(new(Name, where, "warm_ms", Rounds.Median(warm), "ms"));
        report.Add(new(Name, where, "warm_entries_per_second", warmed / Rounds.Median(warm) * 1_000, "entries/s"));
        report.Add(new(Name, where, "warm_percent", 100.0 * warmed / entries, "%"));
        report.Add(new(Name, where, "ratio_to_sequential_read", Rounds.Median(ratio), "x"));
        return 0;
    }

    private static double ReadSequentially(string directory)
    {
        byte[] piece = new byte[PieceBytes];
        long start = Stopwatch.GetTimestamp();
        foreach (string path in Directory.EnumerateFiles(directory, "*.segment"))
        {
            using SafeFileHandle file = File.OpenHandle(path);
            long offset = 0;
            for (int read; (read = RandomAccess.Read(file, piece, offset)) > 0; offset += read)
            {
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static (double Ms, long Entries) Warm(FileStore store, int entries)
    {
        using var cache = new TieredCache(new TieredCacheOptions { CapacityBytes = Math.Max(64 << 20, 2L * entries * ValueBytes), Tiers = { store.Tier } });
        long start = Stopwatch.GetTimestamp();
        WarmFromProgress end = cache.WarmFromAsync(store.Tier, new() { Entry = new EntryPolicy { StaleGrace = TimeSpan.FromHours(1) } }).Result;
        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, end.Fresh + end.Stale);
    }
}
