using System.CommandLine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How fast is a write?</summary>
internal sealed class SetsVerb() : Verb("sets", """
    How fast is a write, beside ConcurrentDictionary<string, byte[]> and MemoryCache in the same process?

    Strata and the dictionary are given a span with the key, each of its native characters, and the same span of 100 bytes: the dictionary must keep an
    array, and a string of a key that it does not have, so it allocates them. MemoryCache takes no spans: it is given the string. Keys stand in the order
    in which they are written, as callers hold keys they have just made. One thread, uniform keys drawn before the clock starts; collections that writes
    cause are part of their time. The subject batch is Strata, given 32 keys and values at a time (SetMany).

    operation overwrite  keys that are present, in a store that is full
    operation insert     all keys into an empty store; the dictionary is given its size beforehand
    operation churn      keys out of four times as many as fit, in a full store; MemoryCache keeps to a number of entries and
                         refuses a new entry while it is full (see recent_kept_percent); a dictionary cannot do it

    ns_per_op            nanoseconds for a write; median of the rounds
    ratio_to_dictionary  times as fast as ConcurrentDictionary: median over seven interleaved rounds (insert: five) of the ratio inside a round
    ratio_to_memorycache the same, to MemoryCache
    live_percent         entries in the store afterwards, of those that fit
    recent_kept_percent  of the last 1,000 keys written, those that are found afterwards

    Default: 1,000,000 entries, 4 seconds an operation (an insert always writes all entries once a round).
    --all: 100,000, 1,000,000 and 8,000,000 entries.
    """)
{
    private const int RoundCount = 7;
    private const int InsertRoundCount = 5;
    private const int WarmPasses = 8;
    private const int WarmWrites = 100_000;
    private const int SequenceLength = 1 << 22;
    private const int BatchKeys = 32;
    private const int RecentKeys = 1000;
    private const int ChurnSpread = 4;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(1_000_000, 100_000, 1_000_000, 8_000_000))
        {
            KeySet keys = new(entries * ChurnSpread, request.Seed);
            ValueSet values = new(request.Seed);
            int[] order = IndexSequence.Permutation(entries, request.Seed);
            Say($"{Name}: overwriting {entries:N0} entries");
            long capacity = Overwrite(keys, values, order, request, report);
            Say($"{Name}: inserting {entries:N0} entries");
            Insert(keys, values, order, capacity, report);
            Say($"{Name}: churning {entries:N0} entries");
            Churn(keys, values, order, capacity, request, report);
        }

        return 0;
    }

    /// <returns>The capacity in which all entries just fit.</returns>
    private long Overwrite(KeySet keys, ValueSet values, int[] order, Request request, IReport report)
    {
        StrataSubject strata = StrataSubject.FilledToCapacity(keys, values, order);
        Subject[] peers = [new DictionarySubject(keys, values), new MemoryCacheSubject(keys, values, order.Length)];
        foreach (Subject peer in peers)
            peer.Write(order);
        Subject[] subjects = [strata, new StrataBatchSubject(strata, keys, values, BatchKeys), .. peers];
        long capacity = strata.Statistics.CapacityBytes;
        Steady("overwrite", subjects, keys, order.Length, request, report);
        return capacity;
    }

    private void Churn(KeySet keys, ValueSet values, int[] order, long capacity, Request request, IReport report)
    {
        Subject[] subjects = [new StrataSubject(keys, values, capacity), new MemoryCacheSubject(keys, values, order.Length)];
        int[] everyKey = IndexSequence.Permutation(keys.Count, request.Seed);
        foreach (Subject subject in subjects)
            subject.Write(everyKey);
        Steady("churn", subjects, keys, order.Length, request, report);
    }

    /// <summary>Rounds of writes to stores that stay full.</summary>
    private void Steady(string operation, Subject[] subjects, KeySet keys, int entries, Request request, IReport report)
    {
        KeySet given = keys.InOrder(IndexSequence.Draw(Distribution.Uniform, keys.Count, SequenceLength, request.Seed).Indices);
        double perWrite = 0;
        for (int pass = 0; pass < WarmPasses; pass++)
        {
            perWrite = 0;
            foreach (Subject subject in subjects)
                perWrite += Crew.Seconds(1, _ => subject.Write(given.Window(pass, WarmWrites))) / WarmWrites / subjects.Length;
        }

        double slice = (request.Seconds ?? 4) / (RoundCount * subjects.Length);
        int writes = (int)Math.Clamp(slice / perWrite, RecentKeys, SequenceLength);
        Rounds rounds = Rounds.Run(subjects.Length, RoundCount, (subject, round) =>
            Crew.Seconds(1, _ => subjects[subject].Write(given.Window(round, writes))) / writes * 1e9);
        Add(report, operation, subjects, rounds, entries);
        for (int subject = 0; subject < subjects.Length; subject++)
        {
            Case where = Where(subjects[subject].Name, entries, operation);
            report.Add(new(Name, where, "live_percent", 100.0 * subjects[subject].Count / entries, "%"));
            KeyWindow recent = given.Window(RoundCount - 1, writes);
            recent = recent with { First = recent.First + writes - RecentKeys, Count = RecentKeys };
            report.Add(new(Name, where, "recent_kept_percent", 100.0 * subjects[subject].Read(recent).Hits / RecentKeys, "%"));
        }

        foreach (Subject subject in subjects)
            subject.Dispose();
    }

    private void Insert(KeySet keys, ValueSet values, int[] order, long capacity, IReport report)
    {
        Func<Subject>[] makers =
        [
            () => new StrataSubject(keys, values, capacity),
            () => new StrataBatchSubject(keys, values, capacity, BatchKeys),
            () => new DictionarySubject(keys, values, order.Length),
            () => new MemoryCacheSubject(keys, values, order.Length),
        ];
        string[] names = [StrataSubject.SubjectName, StrataBatchSubject.SubjectName, DictionarySubject.SubjectName, MemoryCacheSubject.SubjectName];
        KeySet given = keys.InOrder(order);
        _ = given.Strings;
        Rounds rounds = Rounds.Run(makers.Length, InsertRoundCount, (maker, _) =>
        {
            using Subject subject = makers[maker]();
            // What the last subject left is not this one's to collect.
            GC.Collect();
            return Crew.Seconds(1, _ => subject.Write(new KeyWindow(given, 0, given.Count))) / given.Count * 1e9;
        });
        Add(report, "insert", names, rounds, order.Length);
    }

    private void Add(IReport report, string operation, Subject[] subjects, Rounds rounds, int entries) =>
        Add(report, operation, [.. subjects.Select(subject => subject.Name)], rounds, entries);

    private void Add(IReport report, string operation, string[] subjects, Rounds rounds, int entries)
    {
        int dictionary = Array.IndexOf(subjects, DictionarySubject.SubjectName);
        int memoryCache = Array.IndexOf(subjects, MemoryCacheSubject.SubjectName);
        for (int subject = 0; subject < subjects.Length; subject++)
        {
            Case where = Where(subjects[subject], entries, operation);
            report.Add(new(Name, where, "ns_per_op", rounds.Median(subject), "ns"));
            if (dictionary >= 0 && subject != dictionary)
                report.Add(new(Name, where, "ratio_to_dictionary", rounds.TimesFaster(subject, dictionary), "x"));
            if (subject != memoryCache)
                report.Add(new(Name, where, "ratio_to_memorycache", rounds.TimesFaster(subject, memoryCache), "x"));
        }
    }

    private static Case Where(string subject, int entries, string operation) =>
        new Case(subject).With("entries", entries).With("threads", 1).With("distribution", "uniform").With("operation", operation);
}
