using System.CommandLine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>What does it bring to read many keys at once?</summary>
internal sealed class BatchVerb() : Verb("batch", """
    What does it bring to read many keys at once (TryGetMany)?

    Batches of 16, 32 and 64 keys, beside single reads of the same store and ConcurrentDictionary<string, byte[]> in the same process; every subject
    reads the same keys in the same order and consumes every byte of every value. One thread, uniform keys of 24 characters, prebuilt in each side's
    native form, values of 100 bytes, all entries with a TTL.

    ns_per_op             nanoseconds for a key; median of the rounds
    ratio_to_single       times as fast as single reads: median over 21 interleaved rounds of the ratio inside a round
    ratio_to_dictionary   the same, to ConcurrentDictionary

    Default: 8,000,000 entries, 10 seconds. --all: 100,000, 1,000,000 and 8,000,000 entries.
    """)
{
    private const int RoundCount = 21;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(8_000_000, 100_000, 1_000_000, 8_000_000))
            Measure(entries, request, report);
        return 0;
    }

    private void Measure(int entries, Request request, IReport report)
    {
        Say($"{Name}: filling two stores with {entries:N0} entries");
        KeySet keys = new(entries, request.Seed);
        ValueSet values = new(request.Seed);
        int[] order = IndexSequence.Permutation(entries, request.Seed);
        using StrataSubject single = StrataSubject.WithRoomFor(keys, values);
        using DictionarySubject dictionary = new(keys, values);
        single.Write(order);
        dictionary.Write(order);
        GC.Collect();

        Subject[] subjects = [single, dictionary, .. new[] { 16, 32, 64 }.Select(count => new StrataBatchSubject(single, keys, values, count))];
        KeySet asked = keys.InOrder(IndexSequence.Draw(Distribution.Uniform, entries, SteadyReads.SequenceLength, request.Seed).Indices);
        int reads = SteadyReads.Calibrate(subjects, asked, (request.Seconds ?? 10) / (RoundCount * subjects.Length));
        GC.Collect();
        Say($"{Name}: {RoundCount} rounds of {reads:N0} reads");
        Rounds rounds = SteadyReads.Run(subjects, asked, reads, RoundCount);
        for (int subject = 0; subject < subjects.Length; subject++)
        {
            Case where = new Case(subject == 0 ? "single" : subjects[subject].Name).With("entries", entries).With("distribution", "uniform");
            if (subjects[subject] is StrataBatchSubject batch)
                where = where.With("keys", batch.BatchKeys);
            report.Add(new(Name, where, "ns_per_op", rounds.Median(subject), "ns"));
            if (subject > 1)
                report.Add(new(Name, where, "ratio_to_single", rounds.TimesFaster(subject, 0), "x"));
            if (subject != 1)
                report.Add(new(Name, where, "ratio_to_dictionary", rounds.TimesFaster(subject, 1), "x"));
        }
    }
}
