namespace Strata.Engine.Stress.Fuzz;

/// <summary>First the controls, each of which must be caught, then every decoder.</summary>
internal static class FuzzCommand
{
    /// <summary>Inputs after which a control that was not caught counts as missed.</summary>
    public const int ControlInputs = 100_000;

    public static int Run(OptionReader options, TextWriter output)
    {
        int seed = (int)options.Number("--seed", Environment.TickCount64 & int.MaxValue, 0, int.MaxValue);
        int first = (int)options.Number("--first", 0, 0, int.MaxValue);
        int inputs = (int)options.Number("--inputs", 1_000_000, 1, int.MaxValue - first);
        string? only = options.Text("--target");
        options.ThrowIfAnyLeft();
        if (only is not null && !FuzzTargets.All.ContainsKey(only))
            throw new FormatException($"--target takes one of {string.Join(", ", FuzzTargets.All.Keys)}, not {only}.");
        output.WriteLine($"fuzz --seed {seed} --first {first} --inputs {inputs}{(only is null ? "" : " --target " + only)}");

        // Known before the decoders run: one that crashes takes the program along, but the line above says how to run it again.
        bool isConclusive = RunControls(seed, output);
        foreach ((string name, Func<IFuzzTarget> make) in FuzzTargets.All)
        {
            if (only is not null && only != name)
                continue;
            using IFuzzTarget target = make();
            FuzzResult result = FuzzRun.Run(target, seed, first, inputs);
            output.WriteLine($"  {name}: {(result.Violation is null ? "ok" : "VIOLATION")}, {result}");
            if (result.Violation is not null)
            {
                output.WriteLine($"    {result.Violation}");
                return ExitCode.Violation;
            }

            isConclusive &= result.IsConclusive || inputs == 1;
        }

        output.WriteLine(isConclusive ? "pass" : "INCONCLUSIVE: a control was not caught, or a decoder accepted or refused everything");
        return isConclusive ? ExitCode.Pass : ExitCode.Inconclusive;
    }

    private static bool RunControls(int seed, TextWriter output)
    {
        bool allAsKnown = true;
        foreach (FuzzFault fault in Enum.GetValues<FuzzFault>())
        {
            using var target = new ControlTarget(fault);
            FuzzResult result = FuzzRun.Run(target, seed, 0, ControlInputs);
            bool asKnown = result.Violation is null == (fault == FuzzFault.None);
            output.WriteLine($"  control {fault}: {(asKnown ? "ok" : "INCONCLUSIVE")}, {result.Violation?.Split('\n')[0] ?? "nothing seen"}");
            allAsKnown &= asKnown;
        }

        return allAsKnown;
    }
}
