using System.Diagnostics;
using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Linear;

/// <summary>First the controls, whose histories must have no order, then lives of real stores until the time is over.</summary>
internal static class LinearCommand
{
    /// <summary>Fewer entries than the control store keeps.</summary>
    private const int ControlFillers = 1_000;

    /// <summary>The faults that show in what a single key answers.</summary>
    public static IReadOnlyList<ControlFault> Faults { get; } =
    [
        ControlFault.StaleRead, ControlFault.TornRead, ControlFault.Poison, ControlFault.OtherKey, ControlFault.ForgottenRemoval, ControlFault.FalseMiss,
        ControlFault.AddReplaces, ControlFault.NoCompare,
    ];

    public static int Run(OptionReader options, TextWriter output)
    {
        var time = TimeSpan.FromSeconds(options.Number("--seconds", 20, 1, 1_000_000));
        int threads = (int)options.Number("--threads", Environment.ProcessorCount + 1, 1, 64);
        int seed = (int)options.Number("--seed", Environment.TickCount64 & int.MaxValue, 0, int.MaxValue);
        options.ThrowIfAnyLeft();
        output.WriteLine($"linear --seconds {time.TotalSeconds} --threads {threads} --seed {seed}");
        bool controlsFail = RunControls(new LinearOptions { Threads = threads, Seed = seed }, output);

        var total = new LinearTally();
        long began = Stopwatch.GetTimestamp();
        for (int life = 0; life < LinearProfile.All.Count || Stopwatch.GetElapsedTime(began) < time; life++)
        {
            LinearProfile profile = LinearProfile.All[life % LinearProfile.All.Count];
            LinearResult result = LinearRun.Run(new ByteStoreTarget(profile.StoreOptions()), profile.Shape(new LinearOptions { Threads = threads, Seed = unchecked(seed + life) }));
            total.Add(result.Tally);
            output.WriteLine($"  life {life}, {profile.Name}: {(result.Violations.Count == 0 ? "ok" : "VIOLATION")}, {result.Tally}");
            foreach (string violation in result.Violations)
                output.WriteLine($"    {violation}");
            if (result.Violations.Count > 0)
                return ExitCode.Violation;
        }

        output.WriteLine($"  {total}");
        string? neverSeen = total.FirstNeverSeen();
        if (neverSeen is not null)
            output.WriteLine($"INCONCLUSIVE: there never was {neverSeen}");
        else if (controlsFail)
            output.WriteLine("pass");
        return neverSeen is null && controlsFail ? ExitCode.Pass : ExitCode.Inconclusive;
    }

    /// <summary>Runs a store under a lock with one fault, or none.</summary>
    public static LinearResult RunControl(ControlFault fault, LinearOptions options) =>
        LinearRun.Run(new ControlTarget(fault), options with { Fillers = ControlFillers });

    /// <summary>Runs a store whose add looks and then writes: nothing is wrong with it but that another thread may come in between.</summary>
    public static LinearResult RunRacyControl(LinearOptions options) => LinearRun.Run(new RacyTarget(), options with { Fillers = ControlFillers });

    private static bool RunControls(LinearOptions options, TextWriter output)
    {
        bool allAsKnown = Report("None", RunControl(ControlFault.None, options), isFaulty: false);
        foreach (ControlFault fault in Faults)
            allAsKnown &= Report($"{fault}", RunControl(fault, options), isFaulty: true);
        return allAsKnown & Report("AddInTwoSteps", RunRacyControl(options), isFaulty: true);

        bool Report(string name, LinearResult result, bool isFaulty)
        {
            bool asKnown = result.Violations.Count > 0 == isFaulty;
            output.WriteLine($"  control {name}: {(asKnown ? "ok" : "INCONCLUSIVE")}, {(result.Violations.Count > 0 ? result.Violations[0].Split('\n')[0] : "nothing seen")}");
            return asKnown;
        }
    }
}
