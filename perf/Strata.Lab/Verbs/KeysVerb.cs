using System.CommandLine;
using System.Diagnostics;
using Strata.Lab.Keyed;
using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Verbs;

/// <summary>How fast is a read whose key is made on the spot?</summary>
internal sealed class KeysVerb() : Verb("keys", """
    How fast is a read whose key is made on the spot?

    Callers have a tenant's name of 9 characters and a number; the key is made of them in each call. "generated": a typed key of [CacheKey("price:{tenant}:{id}")],
    which escapes the name, and a read of a 16-byte struct from Strata. "interpolated": the same read with $"price:{tenant}:{id}", which is written on the stack
    too and escapes nothing. "dictionary": the same text as a string, and ConcurrentDictionary<string, struct>.TryGetValue. Uniform draws, made before the clock
    starts; one thread; every value read is added up, and the sums are compared. The garbage that a subject makes is collected in its own time.

    ns_per_op            nanoseconds of making the key and reading; median of the rounds
    ratio_to_dictionary  times as fast as the dictionary: median over 21 interleaved rounds of the ratio inside a round
    bytes_per_op         bytes allocated by making the key and reading

    Default: 10,000, 100,000 and 1,000,000 entries, 9 seconds each.
    """)
{
    private const int RoundCount = 21;
    private const int CalibrationReads = 50_000;
    private const int SequenceLength = 1 << 22;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Entries is { } asked ? [asked] : (int[])[10_000, 100_000, 1_000_000])
            Measure(entries, request, report);
        return 0;
    }

    private void Measure(int entries, Request request, IReport report)
    {
        Say($"{Name}: filling three caches with {entries:N0} entries");
        KeyedSubject[] subjects = [new GeneratedKeySubject(entries), new InterpolatedKeySubject(entries), new DictionaryKeySubject()];
        foreach (KeyedSubject subject in subjects)
            subject.Fill(entries);
        IndexSequence indices = IndexSequence.Draw(Distribution.Uniform, entries, SequenceLength, request.Seed);
        int reads = Calibrate(subjects, indices, (request.Seconds ?? 9) / (RoundCount * subjects.Length));
        GC.Collect();

        Say($"{Name}: {RoundCount} rounds of {reads:N0} reads");
        long[] expected = new long[RoundCount];
        double[] allocated = new double[subjects.Length];
        Rounds rounds = Rounds.Run(subjects.Length, RoundCount, (subject, round) =>
        {
            ReadOnlySpan<int> window = indices.Window(round, reads);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            long sum = subjects[subject].Read(window);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            allocated[subject] = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)reads;
            if (expected[round] == 0)
                expected[round] = sum;
            if (sum != expected[round])
                throw new InvalidOperationException($"{subjects[subject].Name} read other values than the first subject: the times cannot be compared.");
            return seconds / reads * 1e9;
        });

        for (int subject = 0; subject < subjects.Length; subject++)
        {
            Case where = new Case(subjects[subject].Name).With("entries", entries);
            report.Add(new(Name, where, "ns_per_op", rounds.Median(subject), "ns"));
            report.Add(new(Name, where, "ratio_to_dictionary", rounds.TimesFaster(subject, subjects.Length - 1), "x"));
            report.Add(new(Name, where, "bytes_per_op", allocated[subject], "bytes"));
            subjects[subject].Dispose();
        }
    }

    /// <summary>Warms every subject to the last tier of compiled code, and finds how many reads of the slowest fit a slice.</summary>
    private static int Calibrate(KeyedSubject[] subjects, IndexSequence indices, double sliceSeconds)
    {
        double slowest = 0;
        for (int pass = 0; pass < 20; pass++)
        {
            slowest = 0;
            foreach (KeyedSubject subject in subjects)
            {
                long start = Stopwatch.GetTimestamp();
                subject.Read(indices.Window(pass, CalibrationReads));
                slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(start).TotalSeconds / CalibrationReads);
            }
        }

        return (int)Math.Clamp(sliceSeconds / slowest, 1, SequenceLength / RoundCount);
    }
}
