using System.CommandLine;
using System.Diagnostics;
using Strata.Engine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How long do the slowest operations take?</summary>
internal sealed class TailVerb() : Verb("tail", """
    How long do the slowest operations take?

    Gets are timed one by one, with the key in hand, while a tenth of the operations are writes, half of them overwrites and half new keys. The store begins
    nine tenths full: its index grows, then it is full and evicts. Beside it, in turns of a twentieth of the run each, a bare loop is timed in the same way: a word of one
    random index line, then every line of the record that the word names, in regions as large as the store's with huge pages asked for. Then a store is filled from
    nothing, five times, and every insert timed. Keys of 24 characters, values of 100 bytes, all entries with a TTL. Times include the two looks at the clock.

    operation get, for one thread and two:
    p50_ns                median time of a get
    p999_ns               the time that one get in a thousand exceeds
    p999_to_p50           their ratio
    floor_p50_ns          median time of a bare lookup, and
    floor_p999_ns         the time that one in a thousand exceeds
    p999_to_floor_p999    p999_ns over floor_p999_ns
    index_growth_bytes    what the index gained during the run
    evictions             entries evicted during the run

    operation insert:
    worst_insert_ms        the longest insert of a filling: the least of the five
    median_worst_insert_ms the median of the five

    Default: gets of 1,000,000 entries, inserts up to 8,000,000. --entries sets both; --all: gets of 8,000,000 too. --seconds changes nothing here.
    """)
{
    private const int Turns = 20;
    private const int GetsPerEntry = 5;
    private const int MaxThreads = 2;
    private const int WarmGets = 400_000;
    private const int ChunkCount = 4096;
    private const int FillCount = 5;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(1_000_000, 1_000_000, 8_000_000))
        {
            for (int threads = 1; threads <= MaxThreads; threads++)
                Gets(entries, threads, request, report);
        }

        report.NextTable();
        Inserts(request.Entries ?? 8_000_000, request, report);
        return 0;
    }

    private void Gets(int entries, int threads, Request request, IReport report)
    {
        Say($"{Name}: gets among writes, {entries:N0} entries, {threads} thread(s)");
        KeySet keys = new(entries * 2, request.Seed);
        ValueSet values = new(request.Seed);
        int filled = entries / 10 * 9;
        long capacityBytes = entries * (KeySet.KeyBytes + values.ValueBytes + 28L) + (2L << 20);
        using StrataSubject strata = new(keys, values, capacityBytes);
        strata.Write(IndexSequence.Permutation(filled, request.Seed));
        StoreStatistics before = strata.Statistics;
        BareLookups bare = new(before.IndexBytes, (int)(before.RecordBytes / before.EntryCount / sizeof(ulong)) * sizeof(ulong), filled, request.Seed);
        int[] draws = IndexSequence.Draw(Distribution.Uniform, bare.IndexWords, SteadyReads.SequenceLength, request.Seed).Indices.ToArray();
        TailMix[] mixes = [.. Enumerable.Range(0, threads).Select(thread => new TailMix(strata.Store, keys, values, filled + thread, threads, request.Seed + thread))];

        int gets = entries * GetsPerEntry / Turns / threads;
        Latencies floor = new();
        Turn(mixes, WarmGets / threads);
        TurnOfFloor(bare, draws, 0, WarmGets, new());
        foreach (TailMix mix in mixes)
            mix.Restart();
        for (int turn = 0; turn < Turns; turn++)
        {
            TurnOfFloor(bare, draws, turn, gets, floor);
            Turn(mixes, gets);
        }

        Latencies all = new();
        foreach (TailMix mix in mixes)
            all.Add(mix.Gets);
        StoreStatistics after = strata.Statistics;
        Case where = new Case(StrataSubject.SubjectName).With("operation", "get").With("entries", entries).With("threads", threads);
        double p50 = all.Percentile(0.5), p999 = all.Percentile(0.999), floorP999 = floor.Percentile(0.999);
        report.Add(new(Name, where, "p50_ns", p50, "ns"));
        report.Add(new(Name, where, "p999_ns", p999, "ns"));
        report.Add(new(Name, where, "p999_to_p50", p999 / p50, "x"));
        report.Add(new(Name, where, "floor_p50_ns", floor.Percentile(0.5), "ns"));
        report.Add(new(Name, where, "floor_p999_ns", floorP999, "ns"));
        report.Add(new(Name, where, "p999_to_floor_p999", p999 / floorP999, "x"));
        report.Add(new(Name, where, "index_growth_bytes", after.IndexBytes - before.IndexBytes, "B"));
        report.Add(new(Name, where, "evictions", after.Evictions - before.Evictions, "entries"));
    }

    private static void Turn(TailMix[] mixes, int gets) => Crew.Seconds(mixes.Length, thread => mixes[thread].Run(gets));

    private static void TurnOfFloor(BareLookups bare, int[] draws, int turn, int lookups, Latencies latencies)
    {
        Crew.Seconds(1, _ =>
        {
            int first = IndexSequence.StartOf(turn, lookups, draws.Length);
            for (int done = 0; done < lookups; done += ChunkCount)
                bare.Time(draws.AsSpan(first + done, Math.Min(ChunkCount, lookups - done)), latencies);
        });
    }

    private void Inserts(int entries, Request request, IReport report)
    {
        List<double> worst = [];
        for (int fill = 0; fill < FillCount; fill++)
        {
            Say($"{Name}: fill {fill + 1} of {FillCount}, {entries:N0} inserts");
            worst.Add(WorstInsertMs(entries, request.Seed));
        }

        Case where = new Case(StrataSubject.SubjectName).With("operation", "insert").With("entries", entries).With("threads", 1);
        report.Add(new(Name, where, "worst_insert_ms", worst.Min(), "ms"));
        report.Add(new(Name, where, "median_worst_insert_ms", Rounds.Median(worst), "ms"));
    }

    private static double WorstInsertMs(int entries, int seed)
    {
        ValueSet values = new(seed);
        Latencies latencies = new();
        using ByteStore store = new(new ByteStoreOptions
        {
            CapacityBytes = entries * (KeySet.KeyBytes + values.ValueBytes + 48L) + (2L << 20),
            DefaultTtl = TimeSpan.FromHours(1),
        });
        GC.Collect();
        Crew.Seconds(1, _ =>
        {
            Span<byte> key = stackalloc byte[KeySet.KeyBytes];
            for (int first = 0; first < entries; first += ChunkCount)
                Insert(store, values, seed, first, Math.Min(ChunkCount, entries - first), key, latencies);
        });
        if (store.GetStatistics().Evictions != 0)
            throw new InvalidOperationException($"The store evicted while {entries:N0} entries were written into it: it was not being filled only.");
        return latencies.WorstNanoseconds / 1e6;
    }

    private static void Insert(ByteStore store, ValueSet values, int seed, int first, int count, Span<byte> key, Latencies latencies)
    {
        for (int index = first; index < first + count; index++)
        {
            KeySet.Write((ulong)seed, index, key);
            long start = Stopwatch.GetTimestamp();
            store.Set(key, values.Of(index));
            latencies.Add(Stopwatch.GetTimestamp() - start);
        }
    }
}
