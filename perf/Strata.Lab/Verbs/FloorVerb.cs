using System.CommandLine;
using Strata.Engine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How near are reads to the machine's own limit?</summary>
internal sealed class FloorVerb() : Verb("floor", """
    How near are reads to the limit of the machine's memory?

    The limit is a bare loop in the same run: it loads a word of one random index line and then every line of the record that the word names, in regions
    as large as the store's, with huge pages asked for as the store does. Once its lookups overlap as far as the processor can (the floor), and once each
    waits for the one before it (the serial floor). Beside it single reads and batches of 32 keys of the store itself: 24-character keys, 100-byte
    values, all entries with a TTL; every byte of every value is consumed.

    ns_per_op              nanoseconds for a lookup; median of the rounds
    ratio_to_floor         times as long as the floor's lookups: median over 21 interleaved rounds of the ratio inside a round
    ratio_to_serial_floor  the same, to the serial floor's

    Default: 8,000,000 entries, 10 seconds. --all: 100,000, 1,000,000 and 8,000,000 entries.
    """)
{
    private const int RoundCount = 21;
    private const int BatchKeys = 32;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(8_000_000, 100_000, 1_000_000, 8_000_000))
            Measure(entries, request, report);
        return 0;
    }

    private void Measure(int entries, Request request, IReport report)
    {
        Say($"{Name}: filling a store with {entries:N0} entries");
        KeySet keys = new(entries, request.Seed);
        ValueSet values = new(request.Seed);
        using StrataSubject single = StrataSubject.WithRoomFor(keys, values);
        single.Write(IndexSequence.Permutation(entries, request.Seed));
        StoreStatistics statistics = single.Statistics;
        int recordBytes = (int)(statistics.RecordBytes / statistics.EntryCount / sizeof(ulong)) * sizeof(ulong);
        BareLookups bare = new(statistics.IndexBytes, recordBytes, entries, request.Seed);
        int[] draws = IndexSequence.Draw(Distribution.Uniform, bare.IndexWords, SteadyReads.SequenceLength, request.Seed).Indices.ToArray();
        Subject[] subjects = [single, new StrataBatchSubject(single, keys, values, BatchKeys)];
        KeySet asked = keys.InOrder(IndexSequence.Draw(Distribution.Uniform, entries, SteadyReads.SequenceLength, request.Seed).Indices);
        int reads = SteadyReads.Calibrate(subjects, asked, (request.Seconds ?? 10) / (RoundCount * 4));
        for (int pass = 0; pass < 8; pass++)
            _ = bare.OverlappedSeconds(draws, 0, reads) + bare.SerialSeconds(draws, 0, reads);

        Say($"{Name}: {RoundCount} rounds of {reads:N0} lookups");
        ReadTally?[] expected = new ReadTally?[RoundCount];
        Rounds rounds = Rounds.Run(4, RoundCount, (subject, round) =>
        {
            int first = IndexSequence.StartOf(round, reads, draws.Length);
            return subject switch
            {
                0 => bare.OverlappedSeconds(draws, first, reads) / reads * 1e9,
                1 => bare.SerialSeconds(draws, first, reads) / reads * 1e9,
                _ => SteadyReads.NanosecondsOf(subjects[subject - 2], asked.Window(round, reads), ref expected[round]),
            };
        });
        string[] names = ["floor", "serial_floor", "single", "batch"];
        for (int subject = 0; subject < names.Length; subject++)
        {
            Case where = new Case(names[subject]).With("entries", entries).With("distribution", "uniform");
            report.Add(new(Name, where, "ns_per_op", rounds.Median(subject), "ns"));
            if (subject < 2)
                continue;
            report.Add(new(Name, where, "ratio_to_floor", rounds.TimesFaster(0, subject), "x"));
            report.Add(new(Name, where, "ratio_to_serial_floor", rounds.TimesFaster(1, subject), "x"));
        }
    }
}
