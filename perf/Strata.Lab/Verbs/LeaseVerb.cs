using System.CommandLine;
using Strata.Engine;
using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Verbs;

/// <summary>What is a read without a copy worth?</summary>
internal sealed class LeaseVerb() : Verb("lease", """
    Is a value that is read where it lies cheaper than one that is copied out and then read?

    One store, one thread, uniform keys drawn before the clock starts; every entry has a TTL. The subject 'copy' gets the value into a buffer of its own,
    'lease' leases it and disposes of the lease. Both then add up every byte, with the same code, and the sums are compared. Values of 4 KiB are one
    span. Values longer than a slab are read as a sequence by 'lease', and from the buffer by 'copy'.

    ns_per_op        nanoseconds for a read with its sum; median of the rounds
    ratio_to_copy    time of 'lease' over the time of 'copy': median over 301 interleaved rounds of the ratio inside a round. Below 1 the lease is cheaper
    allocated_bytes  managed bytes allocated by a read, counted over all rounds
    copies           leases that became copies, of all

    Default: 4 KiB values, 64 entries (in the processor's nearer caches), 1,024, and 65,536 (beyond them), 4 seconds each.
    --all: also 100 bytes, 64 KiB and 4 MiB. --entries: so many entries of 4 KiB.
    """)
{
    private const int RoundCount = 301;
    private const int LeastWarmPasses = 8;
    private const int WarmReads = 50_000;
    private const double WarmSeconds = 2;
    private const int SequenceLength = 1 << 20;
    private const int DefaultValueBytes = 4096;

    private enum Way
    {
        Copy,
        Lease,
    }

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(0, 0) is [> 0 and var asked] ? [asked] : (int[])[64, 1024, 65_536])
            Measure(DefaultValueBytes, entries, request, report);
        if (!request.All)
            return 0;
        Measure(100, 1_000_000, request, report);
        Measure(64 << 10, 4096, request, report);
        Measure(4 << 20, 64, request, report);
        return 0;
    }

    private void Measure(int valueBytes, int entries, Request request, IReport report)
    {
        Say($"{Name}: {entries:N0} entries of {valueBytes:N0} bytes");
        using ByteStore store = Fill(valueBytes, entries, request.Seed, out KeySet keys);
        KeySet asked = keys.InOrder(IndexSequence.Draw(Distribution.Uniform, entries, SequenceLength, request.Seed).Indices);
        byte[] buffer = new byte[valueBytes];

        int reads = Math.Max(10, WarmReads / Math.Max(1, valueBytes / DefaultValueBytes));
        // Until everything is compiled to its last tier, which goes by time as well as by calls.
        double seconds = 0;
        double warmed = 0;
        for (int pass = 0; pass < LeastWarmPasses || warmed < WarmSeconds; pass++, warmed += seconds)
        {
            seconds = Crew.Seconds(1, _ => Read(store, Way.Copy, asked.Window(pass, reads), buffer));
            seconds += Crew.Seconds(1, _ => Read(store, Way.Lease, asked.Window(pass, reads), buffer));
        }

        reads = (int)Math.Clamp((request.Seconds ?? 4) / RoundCount / seconds * reads, 10, SequenceLength);
        long copiesBefore = store.GetStatistics().LeaseCopies;
        long[] allocated = new long[2];
        ulong?[] expected = new ulong?[RoundCount];
        Rounds rounds = Rounds.Run(allocated.Length, RoundCount, (way, round) =>
        {
            ulong sum = 0;
            double time = Crew.Seconds(1, _ =>
            {
                // What the runtime gives a new thread is not the reads'.
                Read(store, (Way)way, asked.Window(round, 1), buffer);
                long before = GC.GetAllocatedBytesForCurrentThread();
                sum = Read(store, (Way)way, asked.Window(round, reads), buffer);
                allocated[way] += GC.GetAllocatedBytesForCurrentThread() - before;
            });
            expected[round] ??= sum;
            if (expected[round] != sum)
                throw new InvalidOperationException($"The two ways read different bytes in round {round}.");
            return time / reads * 1e9;
        });

        foreach (Way way in Enum.GetValues<Way>())
        {
            Case where = new Case(way.ToString().ToLowerInvariant()).With("value_bytes", valueBytes).With("entries", entries);
            report.Add(new(Name, where, "ns_per_op", rounds.Median((int)way), "ns"));
            report.Add(new(Name, where, "allocated_bytes", (double)allocated[(int)way] / RoundCount / reads, "B"));
            if (way != Way.Lease)
                continue;
            report.Add(new(Name, where, "ratio_to_copy", rounds.TimesFaster((int)Way.Copy, (int)Way.Lease), "x"));
            report.Add(new(Name, where, "copies", store.GetStatistics().LeaseCopies - copiesBefore, ""));
        }
    }

    private static ByteStore Fill(int valueBytes, int entries, int seed, out KeySet keys)
    {
        ByteStore store = new(new ByteStoreOptions
        {
            // Roomy: of values that are longer than half a slab each has one to itself.
            CapacityBytes = Math.Max(16L << 20, (valueBytes + 200L) * entries * 9 / 4),
            DefaultTtl = TimeSpan.FromHours(1),
        });
        keys = new(entries, seed);
        byte[] value = new byte[valueBytes];
        Random random = new(seed);
        for (int index = 0; index < entries; index++)
        {
            random.NextBytes(value);
            store.Set(keys.Utf8(index), value);
        }

        return store.GetStatistics().EntryCount == entries ? store : throw new InvalidOperationException("The store does not hold all entries.");
    }

    private static ulong Read(ByteStore store, Way way, KeyWindow window, byte[] buffer)
    {
        ReadOnlySpan<byte> keys = window.Keys.Utf8(window.First, window.Count);
        return way == Way.Copy ? ReadCopies(store, keys, buffer) : ReadLeases(store, keys);
    }

    private static ulong ReadCopies(ByteStore store, ReadOnlySpan<byte> keys, Span<byte> buffer)
    {
        Checksum checksum = default;
        for (; keys.Length >= KeySet.KeyBytes; keys = keys[KeySet.KeyBytes..])
        {
            if (store.TryGet(keys[..KeySet.KeyBytes], buffer, out int valueBytes) == ReadOutcome.Hit)
                checksum.Add(buffer[..valueBytes]);
        }

        return checksum.Sum;
    }

    private static ulong ReadLeases(ByteStore store, ReadOnlySpan<byte> keys)
    {
        Checksum checksum = default;
        for (; keys.Length >= KeySet.KeyBytes; keys = keys[KeySet.KeyBytes..])
        {
            if (store.TryLease(keys[..KeySet.KeyBytes], out ValueLease lease) != ReadOutcome.Hit)
                continue;
            if (lease.IsContiguous)
            {
                checksum.Add(lease.Span);
            }
            else
            {
                foreach (ReadOnlyMemory<byte> piece in lease.Sequence)
                    checksum.Add(piece.Span);
            }

            lease.Dispose();
        }

        return checksum.Sum;
    }
}
