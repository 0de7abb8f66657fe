using System.CommandLine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How fast is a point read that hits?</summary>
internal sealed class HitsVerb() : Verb("hits", """
    How fast is a point read that hits, beside ConcurrentDictionary<string, byte[]> and MemoryCache in the same process?

    Keys of 24 characters, uniform or Zipf 0.99, drawn before the clock starts and prebuilt in each side's native form (UTF-8 bytes, strings), in
    the order in which they are asked for, as callers hold keys they have just made: equal to a stored key, never the stored object. Values of 100
    bytes. Every byte of every value is consumed the same way, and the sums are compared. Strata copies the value out first; its
    eviction, expiry and statistics are on, every entry has a TTL, and its capacity is the smallest found, by trial, that holds all entries.

    ns_per_op             nanoseconds of one thread for a read; median of the rounds
    ratio_to_dictionary   times as fast as ConcurrentDictionary: median over 21 interleaved rounds of the ratio inside a round
    ratio_to_memorycache  the same, to MemoryCache
    scaling               two threads' reads a second over one thread's, same subject, same round
    scaling_to_dictionary that scaling over ConcurrentDictionary's
    fill_percent          used bytes of Strata's capacity

    Default: 1,000,000 entries, 8 seconds for each distribution and number of threads. --all: 100,000, 1,000,000 and 8,000,000 entries.
    """)
{
    private const int RoundCount = 21;
    private const int MaxThreads = 2;
    private const int WindowsPerRound = MaxThreads * (MaxThreads + 1) / 2;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(1_000_000, 100_000, 1_000_000, 8_000_000))
            Measure(entries, request, report);
        return 0;
    }

    private void Measure(int entries, Request request, IReport report)
    {
        Say($"{Name}: filling three stores with {entries:N0} entries");
        KeySet keys = new(entries, request.Seed);
        ValueSet values = new(request.Seed);
        int[] order = IndexSequence.Permutation(entries, request.Seed);
        Subject[] subjects = [StrataSubject.FilledToCapacity(keys, values, order), new DictionarySubject(keys, values), new MemoryCacheSubject(keys, values, entries)];
        foreach (Subject peer in subjects[1..])
            peer.Write(order);
        GC.Collect();

        foreach (Distribution distribution in (Distribution[])[Distribution.Zipf, Distribution.Uniform])
        {
            KeySet asked = keys.InOrder(IndexSequence.Draw(distribution, entries, SteadyReads.SequenceLength, request.Seed).Indices);
            int reads = Math.Min(SteadyReads.Calibrate(subjects, asked, (request.Seconds ?? 8) / (RoundCount * subjects.Length)), SteadyReads.SequenceLength / WindowsPerRound);
            GC.Collect();
            Say($"{Name}: {distribution}, {RoundCount} rounds of {reads:N0} reads");
            Rounds rounds = Read(subjects, asked, reads);
            for (int threads = 1; threads <= MaxThreads; threads++)
                Add(report, rounds, subjects, entries, threads, distribution);
        }

        foreach (Subject subject in subjects)
            subject.Dispose();
    }

    private void Add(IReport report, Rounds rounds, Subject[] subjects, int entries, int threads, Distribution distribution)
    {
        int dictionary = Slice(Array.FindIndex(subjects, subject => subject is DictionarySubject), threads);
        int memoryCache = Slice(Array.FindIndex(subjects, subject => subject is MemoryCacheSubject), threads);
        for (int subject = 0; subject < subjects.Length; subject++)
        {
            int slice = Slice(subject, threads);
            Case where = new Case(subjects[subject].Name).With("entries", entries).With("threads", threads)
                .With("distribution", distribution == Distribution.Zipf ? "zipf" : "uniform");
            report.Add(new(Name, where, "ns_per_op", rounds.Median(slice), "ns"));
            if (slice != dictionary)
                report.Add(new(Name, where, "ratio_to_dictionary", rounds.TimesFaster(slice, dictionary), "x"));
            if (slice != memoryCache)
                report.Add(new(Name, where, "ratio_to_memorycache", rounds.TimesFaster(slice, memoryCache), "x"));
            if (subjects[subject] is StrataSubject strata)
                report.Add(new(Name, where, "fill_percent", strata.FillPercent, "%"));
            if (threads == 1)
                continue;

            // Times are one thread's: as long in company as alone means that the threads' reads add up in full.
            double[] ours = Scaling(rounds, subject, threads);
            report.Add(new(Name, where, "scaling", Rounds.Median(ours), "x"));
            if (slice != dictionary)
            {
                IEnumerable<double> toDictionary = ours.Zip(Scaling(rounds, dictionary / MaxThreads, threads), (mine, theirs) => mine / theirs);
                report.Add(new(Name, where, "scaling_to_dictionary", Rounds.Median(toDictionary), "x"));
            }
        }
    }

    private static double[] Scaling(Rounds rounds, int subject, int threads) =>
        [.. rounds[Slice(subject, 1)].Zip(rounds[Slice(subject, threads)], (alone, together) => threads * alone / together)];

    /// <summary>Where the times of a subject with so many threads stand among the slices of a round.</summary>
    private static int Slice(int subject, int threads) => (subject * MaxThreads) + threads - 1;

    /// <summary>Nanoseconds of one thread for a read. Two threads read different windows; every subject reads the same ones.</summary>
    private static Rounds Read(Subject[] subjects, KeySet asked, int reads)
    {
        ReadTally?[,] expected = new ReadTally?[MaxThreads + 1, RoundCount];
        return Rounds.Run(subjects.Length * MaxThreads, RoundCount, (slice, round) =>
        {
            Subject subject = subjects[slice / MaxThreads];
            int threads = (slice % MaxThreads) + 1;
            // No slice of a round reads what another one has just brought into the processor's caches.
            int firstWindow = (round * WindowsPerRound) + threads - 1;
            ReadTally[] tallies = new ReadTally[threads];
            double seconds = Crew.Seconds(threads, thread => tallies[thread] = subject.Read(asked.Window(firstWindow + thread, reads)));
            ReadTally total = tallies.Aggregate((left, right) => left + right);
            expected[threads, round] ??= total;
            if (total != expected[threads, round] || total.Hits != (long)reads * threads)
            {
                throw new InvalidOperationException(
                    $"{subject.Name} read {total}, where {(long)reads * threads} hits were asked for and the first subject had {expected[threads, round]}: the times cannot be compared.");
            }

            return seconds / reads * 1e9;
        });
    }
}
