using System.CommandLine;
using System.Text.Json;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Operations;
using Strata.Lab.Subjects;
using Strata.Lab.Subjects.Typed;

namespace Strata.Lab.Verbs;

/// <summary>What does a typed hit cost?</summary>
internal sealed class TypedVerb() : Verb("typed", """
    What does a typed hit through GetOrAddAsync cost, beside MemoryCache.TryGetValue in the same process?

    Keys of 24 characters, uniform, drawn before the clock starts, in the order in which they are asked for: equal to a stored key, never the stored object.
    keys string gives both sides the same string; keys utf8 gives Strata the same characters as UTF-8, and MemoryCache, which takes none, the string. Every field of
    every value is read, by the same code on both sides, and the sums are compared. A factory is given and never needed. Every entry has a TTL of an hour.

    subject front      instances of an immutable class: Strata keeps JSON, and the instances in an object front of twice as many places
    subject unmanaged  a struct of 64 bytes: Strata copies it out of native memory, MemoryCache out of a box
    subject json       the same class without a front: each hit of Strata deserializes its own instance

    ratio_to_memorycache  times as fast as MemoryCache: median over 21 interleaved rounds of the ratio inside a round. Above 1, Strata is faster
    cost_to_memorycache   the same the other way round: the time of Strata in times of MemoryCache's
    ns_per_op             nanoseconds of one thread for a read; median of the rounds
    bytes_per_op          managed bytes allocated by a read, counted over a window
    graph_bytes_per_op    json: what JsonSerializer.Deserialize alone allocates for the same entries
    front_hit_percent     front: hits that returned an instance of the front

    Default: 1,000,000 entries, 3 seconds for each subject and form of key. --all: 10,000, 100,000 and 1,000,000 entries.
    """)
{
    private const int RoundCount = 21;
    private const int AllocationReads = 100_000;

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach (int entries in request.Sizes(1_000_000, 10_000, 100_000, 1_000_000))
        {
            KeySet keys = new(entries, request.Seed);
            ValueSet values = new(request.Seed);
            Measure(keys, () => new ArticleSubject(keys, values, hasFront: true), () => new MemoryCacheArticleSubject(keys, values), request, report);
            Measure(keys, () => new QuoteSubject(keys, values), () => new MemoryCacheQuoteSubject(keys, values), request, report);
            Measure(keys, () => new ArticleSubject(keys, values, hasFront: false), () => new MemoryCacheArticleSubject(keys, values), request, report);
        }

        return 0;
    }

    private void Measure(KeySet keys, Func<TypedSubject> makeOurs, Func<TypedSubject> makePeer, Request request, IReport report)
    {
        using TypedSubject ours = makeOurs();
        using TypedSubject peer = makePeer();
        Say($"{Name}: {ours.Name}, filling two caches with {keys.Count:N0} entries");
        int[] order = IndexSequence.Permutation(keys.Count, request.Seed);
        ours.Write(order);
        peer.Write(order);
        if (ours.Count != keys.Count || peer.Count != keys.Count)
            throw new InvalidOperationException($"Of {keys.Count} entries {ours.Name} kept {ours.Count} and {peer.Name} {peer.Count}: hits cannot be compared.");
        int[] indices = [.. IndexSequence.Draw(Distribution.Uniform, keys.Count, SteadyReads.SequenceLength, request.Seed).Indices];
        KeySet asked = keys.InOrder(indices);
        _ = asked.Strings;
        TypedSubject[] subjects = [ours, peer];
        foreach (bool isUtf8 in (bool[])[false, true])
        {
            ours.IsUtf8 = isUtf8;
            GC.Collect();
            int reads = SteadyReads.Calibrate(subjects, asked, (request.Seconds ?? 3) / (RoundCount * subjects.Length));
            Say($"{Name}: {ours.Name}, {(isUtf8 ? "utf8" : "string")} keys, {RoundCount} rounds of {reads:N0} reads");
            Rounds rounds = SteadyReads.Run(subjects, asked, reads, RoundCount);
            for (int subject = 0; subject < subjects.Length; subject++)
            {
                Case where = new Case(subjects[subject].Name).With("beside", subjects[1 - subject].Name).With("entries", keys.Count).With("keys", isUtf8 ? "utf8" : "string");
                if (subject == 0)
                {
                    report.Add(new(Name, where, "ratio_to_memorycache", rounds.TimesFaster(0, 1), "x"));
                    report.Add(new(Name, where, "cost_to_memorycache", rounds.TimesFaster(1, 0), "x"));
                }

                report.Add(new(Name, where, "ns_per_op", rounds.Median(subject), "ns"));
                report.Add(new(Name, where, "bytes_per_op", BytesPerRead(subjects[subject], asked), "B"));
                if (subjects[subject] is ArticleSubject { Name: "json" })
                    report.Add(new(Name, where, "graph_bytes_per_op", GraphBytes(indices), "B"));
                if (subjects[subject] is ArticleSubject { Name: "front" } front)
                    report.Add(new(Name, where, "front_hit_percent", front.FrontHitPercent, "%"));
            }
        }
    }

    private static double BytesPerRead(TypedSubject subject, KeySet asked)
    {
        subject.Read(asked.Window(1, AllocationReads));
        long before = GC.GetAllocatedBytesForCurrentThread();
        subject.Read(asked.Window(0, AllocationReads));
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)AllocationReads;
    }

    private static double GraphBytes(int[] indices)
    {
        long sum = 0;
        foreach (int index in indices.AsSpan(0, AllocationReads))
        {
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(Article.Of(index), LabJson.Default.Article);
            long before = GC.GetAllocatedBytesForCurrentThread();
            JsonSerializer.Deserialize(json, LabJson.Default.Article);
            sum += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return sum / (double)AllocationReads;
    }
}
