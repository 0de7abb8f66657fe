using System.Collections.Concurrent;
using System.CommandLine;
using Strata.Engine;
using Strata.Engine.Eviction;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How many requests of real traces miss?</summary>
internal sealed class HitRatioVerb() : Verb("hit-ratio", """
    How many requests of real traces miss, at 1 %, 10 % and 25 % of each trace's footprint?

    Each trace is replayed through the real engine: a get, and a set after a miss. Keys are the eight bytes of the trace's key; there is no
    TTL; compulsory misses count. Cells of fewer than 1,000 objects are left out.

    mode object  all values of 200 bytes; the store is told (EntryLimit) never to hold more entries than the cell has objects
    mode byte    (traces with sizes) the trace's own sizes, and as many slabs as hold the cell's bytes, 64 at the least; sizes are divided
                 so that a footprint above 1 GiB comes down to it (scale in the case says by how much). Each cell is run twice: once with
                 the store told to favour object hits, once byte hits

    miss_ratio             misses by requests
    byte_miss_ratio        bytes of missed objects by bytes requested
    live_percent_max       the most entries seen in the store, of the cell's objects (object mode; looked at after every insert)
    ratio_to_best          miss ratio over the least of any published online policy, with --reference FILE; also byte_ratio_to_best
    ratio_to_reference     miss ratio over that of the reference S3-FIFO of that file; also byte_ratio_to_reference
    over_lru               miss ratio less that of LRU in that file; also byte_over_lru
    mean_ratio_to_best     the mean over the cells of a mode; worst_ratio_to_best the largest; likewise of the other ratios and differences

    --only NAME replays one trace; a file in the directory needs no entry elsewhere. Default: traces of at most 20 MB, compressed. --all: every trace.
    --policy adaptive (default), or s3-fifo: the engine's plain mode, to compare.
    --entries leaves out cells of more objects; --seconds and --seed change nothing here.
    """)
{
    private const long DefaultFileBytes = 20_000_000;
    private const string Adaptive = "adaptive";
    private const string Plain = "s3-fifo";

    private static readonly double[] Fractions = [0.01, 0.1, 0.25];

    private readonly Option<DirectoryInfo> _traces = new("--traces") { Description = "The directory of the traces (*.bin.gz).", HelpName = "DIR", Required = true };
    private readonly Option<string?> _only = new("--only") { Description = "Replay this trace alone.", HelpName = "NAME" };
    private readonly Option<FileInfo?> _reference = new("--reference") { Description = "Miss ratios of other policies, tab-separated.", HelpName = "FILE" };
    private readonly Option<string> _policy = new Option<string>("--policy") { Description = "Which policy evicts.", DefaultValueFactory = _ => Adaptive }.AcceptOnlyFromAmong(Adaptive, Plain);

    protected override IEnumerable<Option> OwnOptions => [_traces, _only, _reference, _policy];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        DirectoryInfo directory = parsed.GetValue(_traces)!;
        string? only = parsed.GetValue(_only);
        EvictionMode policy = parsed.GetValue(_policy) == Plain ? EvictionMode.S3Fifo : EvictionMode.Adaptive;
        TraceReference? reference = parsed.GetValue(_reference) is { } file ? TraceReference.Read(file) : null;
        FileInfo[] files = directory.Exists ? [.. Trace.FilesIn(directory)
            .Where(trace => only is null ? request.All || trace.Length <= DefaultFileBytes : Trace.NameOf(trace) == only)] : [];
        if (files.Length == 0)
        {
            Say($"{Name}: no trace {(only is null ? "" : $"named '{only}' ")}in {directory.FullName}");
            return 1;
        }

        Dictionary<(string Mode, EvictionGoal Favor, string Figure), List<double>> shares = [];
        foreach (Replay cell in ReplayAll(files, request.Entries ?? int.MaxValue, policy))
            Add(cell, reference, shares, report);
        report.NextTable();
        foreach (((string mode, EvictionGoal favor, string figure), List<double> values) in shares)
        {
            Case where = CaseOf("all", "all", mode, favor, policy);
            string unit = UnitOf(figure);
            if (figure == "ratio_to_best")
                report.Add(new(Name, where, "cells", values.Count, "cells"));
            report.Add(new(Name, where, "mean_" + figure, values.Average(), unit));
            report.Add(new(Name, where, "worst_" + figure, values.Max(), unit));
        }

        return 0;
    }

    /// <summary>Replays traces side by side, the longest first, since a cell has one thread; the answer is in the order of the files.</summary>
    private IEnumerable<Replay> ReplayAll(FileInfo[] files, int mostObjects, EvictionMode policy)
    {
        Replay[][] cells = new Replay[files.Length][];
        OrderablePartitioner<int> byLength = Partitioner.Create(Enumerable.Range(0, files.Length).Reverse(), EnumerablePartitionerOptions.NoBuffering);
        Parallel.ForEach(byLength, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, file =>
        {
            Say($"{Name}: {Trace.NameOf(files[file])}");
            cells[file] = [.. Cells(Trace.Read(files[file]), policy).Where(cell => cell.ObjectCount >= Replay.FewestObjects && cell.ObjectCount <= mostObjects)];
            foreach (Replay cell in cells[file])
                cell.Run();
        });
        return cells.SelectMany(cell => cell);
    }

    private static IEnumerable<Replay> Cells(Trace trace, EvictionMode policy)
    {
        foreach (double fraction in Fractions)
        {
            yield return Replay.OfObjects(trace, fraction, policy);
            if (!trace.IsSized)
                continue;
            yield return Replay.OfBytes(trace, fraction, EvictionGoal.ObjectHits, policy);
            yield return Replay.OfBytes(trace, fraction, EvictionGoal.ByteHits, policy);
        }
    }

    private void Add(Replay cell, TraceReference? reference, Dictionary<(string, EvictionGoal, string), List<double>> shares, IReport report)
    {
        Case where = CaseOf(cell.TraceName, cell.Fraction, cell.Mode, cell.Favor, cell.Policy);
        if (cell.Scale > 1)
            where = where.With("scale", cell.Scale);
        report.Add(new(Name, where, "miss_ratio", cell.MissRatio, "share"));
        report.Add(new(Name, where, "byte_miss_ratio", cell.ByteMissRatio, "share"));
        if (cell.IsObjects)
            report.Add(new(Name, where, "live_percent_max", 100.0 * cell.MostEntries / cell.ObjectCount, "%"));
        string mode = cell.IsObjects ? "obj" : "bytes";
        if (reference?.OfBest(cell.TraceName, mode, cell.Fraction) is { } best)
            Share("ratio_to_best", cell.MissRatio / best.Miss, cell.ByteMissRatio / best.ByteMiss);
        if (reference?.Of(TraceReference.S3Fifo, cell.TraceName, mode, cell.Fraction) is { } s3)
            Share("ratio_to_reference", cell.MissRatio / s3.Miss, cell.ByteMissRatio / s3.ByteMiss);
        if (reference?.Of(TraceReference.Lru, cell.TraceName, mode, cell.Fraction) is { } lru)
            Share("over_lru", cell.MissRatio - lru.Miss, cell.ByteMissRatio - lru.ByteMiss);

        void Share(string figure, double value, double byteValue)
        {
            Keep(figure, value);
            if (!cell.IsObjects)
                Keep("byte_" + figure, byteValue);
        }

        void Keep(string figure, double value)
        {
            report.Add(new(Name, where, figure, value, UnitOf(figure)));
            if (!shares.TryGetValue((cell.Mode, cell.Favor, figure), out List<double>? values))
                values = shares[(cell.Mode, cell.Favor, figure)] = [];
            values.Add(value);
        }
    }

    // In object mode all entries are of one size, and what the store favours changes nothing.
    private static Case CaseOf(object trace, object fraction, string mode, EvictionGoal favor, EvictionMode policy)
    {
        Case where = new Case(StrataSubject.SubjectName).With("trace", trace).With("fraction", fraction).With("mode", mode)
            .With("policy", policy == EvictionMode.S3Fifo ? Plain : Adaptive);
        return mode == "byte" ? where.With("favor", favor == EvictionGoal.ByteHits ? "bytes" : "objects") : where;
    }

    private static string UnitOf(string figure) => figure.EndsWith("over_lru", StringComparison.Ordinal) ? "share" : "x";
}
