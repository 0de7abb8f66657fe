using System.Diagnostics;

namespace Strata.Engine.Stress.Torture;

/// <summary>First the controls, which must be caught, then lives of real stores until the time is over.</summary>
internal static class TortureCommand
{
    /// <summary>Entries a store of <see cref="NewGrowthTarget"/> has room for many times over.</summary>
    public const int GrowthFillers = 20_000;

    private const int MaxControlLaps = 50;

    private static readonly TimeSpan ControlLap = TimeSpan.FromMilliseconds(400);

    public static int Run(OptionReader options, TextWriter output)
    {
        var time = TimeSpan.FromSeconds(options.Number("--seconds", 20, 1, 1_000_000));
        int threads = (int)options.Number("--threads", Environment.ProcessorCount + 1, 1, 1024);
        long capacity = options.Number("--capacity", 8 << 20, ByteStoreOptions.MinCapacityBytes, 1L << 32);
        int seed = (int)options.Number("--seed", Environment.TickCount64 & int.MaxValue, 0, int.MaxValue);
        options.ThrowIfAnyLeft();
        output.WriteLine($"torture --seconds {time.TotalSeconds} --threads {threads} --capacity {capacity} --seed {seed}");
        bool controlsFail = RunControls(new TortureOptions { Threads = threads, Seed = seed, Lap = ControlLap, Keys = 2_000, OperationsPerClear = 10_000 }, output);

        var total = new TortureTally();
        long evictions = 0;
        long expirations = 0;
        long began = Stopwatch.GetTimestamp();
        for (int life = 0; life == 0 || Stopwatch.GetElapsedTime(began) < time; life++)
        {
            TortureProfile profile = TortureProfile.All[life % TortureProfile.All.Count];
            ByteStoreOptions storeOptions = profile.StoreOptions(capacity);
            // To poison takes time: there are races that want it and races that want it not.
            storeOptions.PoisonRecycled = life / TortureProfile.All.Count % 2 == 0;
            var lap = TimeSpan.FromSeconds(Math.Min(1, time.TotalSeconds / 4));
            TortureResult result = TortureRun.Run(
                new ByteStoreTarget(storeOptions), profile.Shape(new TortureOptions { Threads = threads, Seed = unchecked(seed + life), Lap = lap }));
            total.Add(result.Tally);
            evictions += result.Statistics.Evictions;
            expirations += result.Statistics.Expirations;
            output.WriteLine(
                $"  life {life}, {profile.Name}: {(result.Violations.Count == 0 ? "ok" : "VIOLATION")}, {result.Tally.Operations} operations on {storeOptions.CapacityBytes} bytes, "
                + $"{result.Statistics.EntryCount} entries, {result.Statistics.IndexBytes} bytes of index, {result.Statistics.Evictions} evicted, {result.Statistics.Expirations} expired");
            foreach (string violation in result.Violations)
                output.WriteLine($"    {violation}");
            if (result.Violations.Count > 0)
                return ExitCode.Violation;
        }

        TortureResult growth = GrowthRun.Run(NewGrowthTarget(), GrowthFillers, Math.Max(1, threads - 1), TimeSpan.FromSeconds(Math.Min(3, time.TotalSeconds)));
        output.WriteLine($"  growth: {(growth.Violations.Count == 0 ? "ok" : "VIOLATION")}, {growth.Tally.Hits} hits, grown {growth.Tally.Cleared} times to {growth.Statistics.IndexBytes} bytes of index");
        foreach (string violation in growth.Violations)
            output.WriteLine($"    {violation}");
        if (growth.Violations.Count > 0)
            return ExitCode.Violation;
        output.WriteLine($"  {total}");
        string? neverSeen = total.FirstNeverSeen() ?? (evictions == 0 ? "an eviction" : expirations == 0 ? "an expiry" : null);
        if (neverSeen is not null)
            output.WriteLine($"INCONCLUSIVE: there never was {neverSeen}");
        else if (controlsFail)
            output.WriteLine("pass");
        return neverSeen is null && controlsFail ? ExitCode.Pass : ExitCode.Inconclusive;
    }

    /// <summary>A store that evicts nothing of <see cref="GrowthRun"/>, in one stripe of small pages, whose index so grows the furthest.</summary>
    public static ITortureTarget NewGrowthTarget() => new ByteStoreTarget(new ByteStoreOptions { CapacityBytes = 64 << 20, StripeCount = 1, SlabBytes = 8192 });

    /// <summary>
    /// Runs a control: for one lap where that is all there is to it, otherwise for as long as the fault may take to be seen on a busy machine.
    /// </summary>
    public static TortureResult RunControl(ControlFault fault, TortureOptions options) =>
        TortureRun.Run(new ControlTarget(fault), options with { Laps = fault is ControlFault.None or ControlFault.ReadAfterDispose ? 1 : MaxControlLaps });

    /// <summary>Whether the store without a fault passes and every faulty one is caught.</summary>
    private static bool RunControls(TortureOptions options, TextWriter output)
    {
        bool allAsKnown = true;
        foreach (ControlFault fault in Enum.GetValues<ControlFault>())
        {
            TortureResult result = RunControl(fault, options);
            bool asKnown = result.Violations.Count > 0 == (fault != ControlFault.None);
            allAsKnown &= asKnown;
            output.WriteLine($"  control {fault}: {(asKnown ? "ok" : "INCONCLUSIVE")}, {(result.Violations.Count > 0 ? result.Violations[0] : "nothing seen")}");
        }

        return allAsKnown;
    }
}
