using System.CommandLine;
using Strata.Lab.Load;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>How many requests of real traces miss?</summary>
internal sealed class HitRatioVerb() : Verb("hit-ratio", """
    How many requests of real traces miss, at 1 %, 10 % and 25 % of each trace's footprint?

    Each trace is replayed through the real engine: a get, and a set after a miss. Keys are the eight bytes of the trace's key; there is no
    TTL; compulsory misses count. Cells of fewer than 1,000 objects are left out.

    mode object  all values of one size, fifteen records to a slab of 4 KiB, and as many slabs as hold the cell's objects
    mode byte    (traces with sizes) the trace's own sizes, and as many slabs as hold the cell's bytes, 64 at the least; sizes are divided
                 so that a footprint above 1 GiB comes down to it (scale in the case says by how much)

    miss_ratio            misses by requests
    byte_miss_ratio       bytes of missed objects by bytes requested
    live_percent_max      the most entries seen in the store, of the cell's objects (object mode; looked at every 1,024 requests)
    ratio_to_s3fifo       miss ratio over that of the reference S3-FIFO, with --reference FILE; also byte_ratio_to_s3fifo
    ratio_to_best         miss ratio over the least of any published online policy of that file; also byte_ratio_to_best
    mean_ratio_to_s3fifo  the mean over the cells of a mode; also of the other ratios, and worst_ratio_to_s3fifo

    --only NAME replays one trace; a file in the directory needs no entry elsewhere. Default: traces of at most 2.5 MB, compressed. --all: every trace.
    --entries leaves out cells of more objects; --seconds and --seed change nothing here.
    """)
{
    private const long DefaultFileBytes = 2_500_000;

    private static readonly double[] Fractions = [0.01, 0.1, 0.25];

    private readonly Option<DirectoryInfo> _traces = new("--traces") { Description = "The directory of the traces (*.bin.gz).", HelpName = "DIR", Required = true };
    private readonly Option<string?> _only = new("--only") { Description = "Replay this trace alone.", HelpName = "NAME" };
    private readonly Option<FileInfo?> _reference = new("--reference") { Description = "Miss ratios of other policies, tab-separated.", HelpName = "FILE" };

    protected override IEnumerable<Option> OwnOptions => [_traces, _only, _reference];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        DirectoryInfo directory = parsed.GetValue(_traces)!;
        string? only = parsed.GetValue(_only);
        TraceReference? reference = parsed.GetValue(_reference) is { } file ? TraceReference.Read(file) : null;
        FileInfo[] files = directory.Exists ? [.. Trace.FilesIn(directory)
            .Where(trace => only is null ? request.All || trace.Length <= DefaultFileBytes : Trace.NameOf(trace) == only)] : [];
        if (files.Length == 0)
        {
            Say($"{Name}: no trace {(only is null ? "" : $"named '{only}' ")}in {directory.FullName}");
            return 1;
        }

        Dictionary<(string Mode, string Figure), List<double>> ratios = [];
        foreach (FileInfo traceFile in files)
        {
            Say($"{Name}: {Trace.NameOf(traceFile)}");
            Trace trace = Trace.Read(traceFile);
            Replay[] cells = [.. Cells(trace).Where(cell => cell.ObjectCount >= Replay.FewestObjects && cell.ObjectCount <= (request.Entries ?? int.MaxValue))];
            Parallel.ForEach(cells, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, cell => cell.Run());
            foreach (Replay cell in cells)
                Add(cell, reference, ratios, report);
        }

        report.NextTable();
        foreach (((string mode, string figure), List<double> values) in ratios)
        {
            Case where = new Case(StrataSubject.SubjectName).With("trace", "all").With("fraction", "all").With("mode", mode).With("policy", Replay.Policy);
            report.Add(new(Name, where, "cells", values.Count, "cells"));
            report.Add(new(Name, where, "mean_" + figure, values.Average(), "x"));
            report.Add(new(Name, where, "worst_" + figure, values.Max(), "x"));
        }

        return 0;
    }

    private static IEnumerable<Replay> Cells(Trace trace)
    {
        foreach (double fraction in Fractions)
        {
            yield return Replay.OfObjects(trace, fraction);
            if (trace.IsSized)
                yield return Replay.OfBytes(trace, fraction);
        }
    }

    private void Add(Replay cell, TraceReference? reference, Dictionary<(string, string), List<double>> ratios, IReport report)
    {
        Case where = new Case(StrataSubject.SubjectName).With("trace", cell.TraceName).With("fraction", cell.Fraction).With("mode", cell.Mode).With("policy", Replay.Policy);
        if (cell.Scale > 1)
            where = where.With("scale", cell.Scale);
        report.Add(new(Name, where, "miss_ratio", cell.MissRatio, "share"));
        report.Add(new(Name, where, "byte_miss_ratio", cell.ByteMissRatio, "share"));
        if (cell.IsObjects)
            report.Add(new(Name, where, "live_percent_max", 100.0 * cell.MostEntries / cell.ObjectCount, "%"));
        string mode = cell.IsObjects ? "obj" : "bytes";
        if (reference?.OfS3Fifo(cell.TraceName, mode, cell.Fraction) is { } s3)
        {
            Ratio("ratio_to_s3fifo", cell.MissRatio / s3.Miss);
            if (!cell.IsObjects)
                Ratio("byte_ratio_to_s3fifo", cell.ByteMissRatio / s3.ByteMiss);
        }

        if (reference?.OfBest(cell.TraceName, mode, cell.Fraction) is { } best)
        {
            Ratio("ratio_to_best", cell.MissRatio / best.Miss);
            if (!cell.IsObjects)
                Ratio("byte_ratio_to_best", cell.ByteMissRatio / best.ByteMiss);
        }

        void Ratio(string figure, double value)
        {
            report.Add(new(Name, where, figure, value, "x"));
            if (!ratios.TryGetValue((cell.Mode, figure), out List<double>? values))
                values = ratios[(cell.Mode, figure)] = [];
            values.Add(value);
        }
    }
}
