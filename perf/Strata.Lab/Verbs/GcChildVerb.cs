using System.CommandLine;
using System.Diagnostics;
using Strata.Lab.Measure;
using Strata.Lab.Subjects;

namespace Strata.Lab.Verbs;

/// <summary>The child process of <see cref="GcVerb"/>: fills one subject, makes garbage and overwrites beside it, and answers how long it was paused.</summary>
internal sealed class GcChildVerb() : Verb(VerbName, "Fills one subject and answers with the pauses of the collector; started by 'gc'.")
{
    public const string VerbName = "gc-child";

    private const double GarbageBytesPerSecond = 500e6;
    private const double OverwritesPerSecond = 100e3;
    private const int GarbageBytes = 1000;
    private const int OverwrittenKeys = 100_000;
    private const int FullCollections = 3;

    private readonly Option<string> _subject = new("--subject") { Required = true };

    protected override bool IsHidden => true;

    protected override IEnumerable<Option> OwnOptions => [_subject];

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        CargoOptions options = new(parsed.GetValue(_subject)!, request.Entries ?? 1_000_000, request.Seed) { Ttl = true };
        using Cargo cargo = new(options with { CapacityBytes = options.AmpleBytes });
        cargo.Fill(options.Entries);
        (int Index, string Text)[] overwritten = [.. Enumerable.Range(0, Math.Min(OverwrittenKeys, options.Entries))
            .Select(place => (int)(place * (long)options.Entries / Math.Min(OverwrittenKeys, options.Entries)))
            .Select(index => (index, cargo.KeyOf(index)))];
        GC.Collect();

        double seconds = request.Seconds ?? 1;
        TimeSpan before = GC.GetTotalPauseDuration();
        double overwrites = 0;
        Thread writer = new(() => overwrites = Overwrite(cargo, overwritten, seconds));
        writer.Start();
        double longest = MakeGarbage(seconds);
        writer.Join();
        ChildProcess.Answer("longest_pause_ms", longest);
        ChildProcess.Answer("total_pause_ms", (GC.GetTotalPauseDuration() - before).TotalMilliseconds);
        ChildProcess.Answer("overwrites_percent", 100 * overwrites / (OverwritesPerSecond * seconds));
        ChildProcess.Answer("full_collection_ms", Rounds.Median(Enumerable.Range(0, FullCollections).Select(_ => FullCollection())));
        GC.KeepAlive(overwritten);
        return 0;
    }

    /// <summary>
    /// Allocates at a steady rate and keeps a little of it for a while. Returns the longest pause: this thread looks at the count of paused
    /// time after every few allocations, so that what it sees grow is one pause.
    /// </summary>
    private static double MakeGarbage(double seconds)
    {
        byte[][] kept = new byte[4096][];
        long start = Stopwatch.GetTimestamp();
        TimeSpan paused = GC.GetTotalPauseDuration();
        double longest = 0;
        long made = 0;
        for (double elapsed = 0; elapsed < seconds; elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds)
        {
            // What a pause kept this thread from making is not made up for: the load is a rate while the process runs.
            double due = Math.Min(GarbageBytesPerSecond * elapsed / GarbageBytes, made + 5000);
            while (made < due)
            {
                kept[made % kept.Length] = new byte[GarbageBytes];
                if (++made % 8 == 0)
                    Look(ref paused, ref longest);
            }

            made = Math.Max(made, (long)(GarbageBytesPerSecond * elapsed / GarbageBytes) - 5000);
            Thread.Sleep(1);
            Look(ref paused, ref longest);
        }

        GC.KeepAlive(kept);
        return longest;
    }

    private static void Look(ref TimeSpan paused, ref double longest)
    {
        TimeSpan now = GC.GetTotalPauseDuration();
        longest = Math.Max(longest, (now - paused).TotalMilliseconds);
        paused = now;
    }

    private static double Overwrite(Cargo cargo, (int Index, string Text)[] keys, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        long done = 0;
        for (double elapsed = 0; elapsed < seconds; elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds)
        {
            for (double due = Math.Min(OverwritesPerSecond * elapsed, done + 10_000); done < due; done++)
            {
                (int index, string text) = keys[(int)(Load.Mixer.Mix((ulong)done) % (ulong)keys.Length)];
                cargo.Write(index, text);
            }

            Thread.Sleep(1);
        }

        return done;
    }

    private static double FullCollection()
    {
        long start = Stopwatch.GetTimestamp();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
