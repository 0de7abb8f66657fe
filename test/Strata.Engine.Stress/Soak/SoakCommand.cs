using System.Diagnostics;
using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Soak;

/// <summary>
/// Rounds of torture, each with a store and work of its own, until the time is over. A round ends with the integrity walk, with nothing left in a
/// cleared store, with a dispose under the threads' hands; and the process must not grow from round to round.
/// </summary>
internal static class SoakCommand
{
    /// <summary>The rounds after which the process has all it needs for itself.</summary>
    private const int WarmRounds = 4;

    /// <summary>What the runtime may keep of its own between two rounds; regions that were not given back are more after some dozens.</summary>
    private const long MaxGrowthBytes = 32 << 20;

    public static int Run(OptionReader options, TextWriter output)
    {
        var time = TimeSpan.FromSeconds(options.Number("--seconds", 60, 1, 10_000_000));
        var round = TimeSpan.FromMilliseconds(options.Number("--round-ms", 1_000, 10, 3_600_000));
        int rounds = (int)options.Number("--rounds", 1, 1, int.MaxValue);
        int threads = (int)options.Number("--threads", 2 * Environment.ProcessorCount + 1, 1, 1024);
        long capacity = options.Number("--capacity", 32 << 20, ByteStoreOptions.MinCapacityBytes, 1L << 32);
        int seed = (int)options.Number("--seed", Environment.TickCount64 & int.MaxValue, 0, int.MaxValue);
        options.ThrowIfAnyLeft();
        output.WriteLine($"soak --seconds {time.TotalSeconds} --round-ms {round.TotalMilliseconds} --rounds {rounds} --threads {threads} --capacity {capacity} --seed {seed}");
        var total = new TortureTally();
        long evictions = 0, expirations = 0, firstResident = 0;
        long began = Stopwatch.GetTimestamp();
        for (int number = 0; number < rounds || Stopwatch.GetElapsedTime(began) < time; number++)
        {
            SoakPlan plan = SoakPlan.Draw(unchecked(seed + number) & int.MaxValue, threads, capacity, round);
            output.WriteLine($"  round {number}, {plan}");
            TortureResult result = TortureRun.Run(new ByteStoreTarget(plan.Store), plan.Work);
            total.Add(result.Tally);
            evictions += result.Statistics.Evictions;
            expirations += result.Statistics.Expirations;
            long resident = ResidentBytes();
            output.WriteLine(
                $"    {(result.Violations.Count == 0 ? "ok" : "VIOLATION")}, {result.Tally.Operations} operations, {result.Statistics.EntryCount} entries, {result.Statistics.Evictions} evicted, "
                + $"{result.Statistics.Expirations} expired, {result.Tally.NoSpace} without room, {resident >> 20} MiB resident after it");
            foreach (string violation in result.Violations)
                output.WriteLine($"    {violation}");
            if (result.Violations.Count > 0)
                return ExitCode.Violation;
            firstResident = number < WarmRounds ? Math.Max(firstResident, resident) : firstResident;
            if (resident - firstResident <= MaxGrowthBytes)
                continue;
            output.WriteLine($"VIOLATION: {resident - firstResident} bytes more are resident than after the first {WarmRounds} rounds");
            return ExitCode.Violation;
        }

        output.WriteLine($"  {total}");
        string? neverSeen = total.FirstNeverSeen() ?? (evictions == 0 ? "an eviction" : expirations == 0 ? "an expiry" : null);
        output.WriteLine(neverSeen is null ? "pass" : $"INCONCLUSIVE: there never was {neverSeen}");
        return neverSeen is null ? ExitCode.Pass : ExitCode.Inconclusive;
    }

    // What the process keeps when every store is gone. One system takes memory that was given back when it wants it, and not before.
    private static long ResidentBytes()
    {
        if (OperatingSystem.IsMacOS())
            return 0;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }
}
