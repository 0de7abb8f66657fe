using System.CommandLine;
using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Verbs;

/// <summary>What does a hit cost more while it is watched?</summary>
internal sealed class TelemetryVerb() : Verb("telemetry", """
    What does a hit cost more while somebody listens to all meters of the cache?

    One cache, one thread, uniform UTF-8 keys drawn before the clock starts, values of 100 bytes, read into a span. In the way 'off' nobody listens. In the way
    'on' a listener takes every instrument: it is told each timed read as it happens, and asks for all other numbers at the start of each slice and every second.
    Both ways read the same entries of the same cache, so that nothing but the listener differs; the bytes read are added up and compared.

    ns_per_op       nanoseconds for a hit; median of the rounds
    hit_cost_ratio  time 'on' over time 'off': median over 21 interleaved rounds of the ratio inside a round. Above 1 a watched hit costs more
    bytes_per_op    managed bytes allocated by the reading thread for a hit
    reads_a_sample  hits for each one that was timed

    Default: 1,000 entries (in the processor's nearer caches, where the ratio is worst) and 1,000,000, 20 seconds each: a slice of near half a second, and a collection in each.
    """)
{
    private const int RoundCount = 21;
    private const int WarmPasses = 12;
    private const int WarmReads = 200_000;
    private const int FirstReads = 4096;
    private const int SequenceLength = 1 << 20;
    private const int Off = 0;
    private const int On = 1;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Entries is { } asked ? [asked] : (int[])[1_000, 1_000_000])
            Measure(entries, request, report);
        return 0;
    }

    private void Measure(int entries, Request request, IReport report)
    {
        Say($"{Name}: {entries:N0} entries");
        using LabMeters meters = new();
        using TieredCache cache = new(new() { CapacityBytes = Math.Max(16L << 20, entries * 400L), DefaultTtl = TimeSpan.FromHours(1), MeterFactory = meters });
        KeySet keys = new(entries, request.Seed);
        ValueSet values = new(request.Seed);
        for (int index = 0; index < entries; index++)
            cache.Set(keys.Utf8(index), values.Of(index));
        KeySet asked = keys.InOrder(IndexSequence.Draw(Distribution.Uniform, entries, SequenceLength, request.Seed).Indices);

        double seconds = 0;
        for (int pass = 0; pass < WarmPasses; pass++)
        {
            seconds = Crew.Seconds(1, _ => Read(cache, asked, WarmReads));
            using MeterWatch watch = new(meters);
            seconds += Crew.Seconds(1, _ => Read(cache, asked, WarmReads));
        }

        long reads = (long)Math.Max(WarmReads, (request.Seconds ?? 20) / RoundCount / seconds * WarmReads);
        long allocated = 0;
        long samples = 0;
        ulong? expected = null;
        Rounds rounds = Rounds.Run(2, RoundCount, (way, _) =>
        {
            using MeterWatch? watch = way == On ? new(meters) : null;
            ulong sum = 0;
            double time = Crew.Seconds(1, _ =>
            {
                // What the runtime gives a new thread is not the reads'.
                Read(cache, asked, FirstReads);
                long before = GC.GetAllocatedBytesForCurrentThread();
                sum = Read(cache, asked, reads);
                if (way == On)
                    allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            });
            samples += watch?.Samples ?? 0;
            expected ??= sum;
            return expected == sum ? time / reads * 1e9 : throw new InvalidOperationException("The two ways read different bytes.");
        });

        report.Add(new(Name, Where("off", entries), "ns_per_op", rounds.Median(Off), "ns"));
        report.Add(new(Name, Where("on", entries), "ns_per_op", rounds.Median(On), "ns"));
        report.Add(new(Name, Where("on", entries), "hit_cost_ratio", rounds.TimesFaster(Off, On), "x"));
        report.Add(new(Name, Where("on", entries), "bytes_per_op", (double)allocated / RoundCount / reads, "B"));
        report.Add(new(Name, Where("on", entries), "reads_a_sample", (double)RoundCount * reads / Math.Max(1, samples), ""));
    }

    private static ulong Read(TieredCache cache, KeySet asked, long reads)
    {
        Checksum checksum = default;
        Span<byte> buffer = stackalloc byte[ValueSet.DefaultValueBytes];
        for (long read = 0; read < reads; read++)
        {
            if (!cache.TryGet(asked.Utf8((int)(read & (SequenceLength - 1))), buffer, out int valueBytes))
                throw new InvalidOperationException("An entry is missing.");
            checksum.Add(buffer[..valueBytes]);
        }

        return checksum.Sum;
    }

    private static Case Where(string subject, int entries) => new Case(subject).With("entries", entries);
}
