namespace Strata.Engine.Stress.Parity;

/// <summary>Runs every sequence at every capacity, and the beginnings of the traces that are given.</summary>
internal static class ParityCommand
{
    /// <summary>Slabs: from so few that probation is a single one to as many as leave the lines of the ghost's first page room enough.</summary>
    public static IReadOnlyList<int> Capacities { get; } = [10, 21, 50, 100, 256, 400];

    private static readonly int[] s_traceCapacities = [100, 400];

    public static int Run(OptionReader options, TextWriter output)
    {
        int seed = (int)options.Number("--seed", Environment.TickCount64 & int.MaxValue, 0, int.MaxValue);
        int most = (int)options.Number("--requests", 200_000, 1, int.MaxValue);
        string[] traces = options.Text("--traces") is { } directory ? FilesIn(directory) : [];
        options.ThrowIfAnyLeft();
        output.WriteLine($"parity --seed {seed} --requests {most}");
        var total = new ParityTally();
        bool allAgree = true;
        foreach ((string name, Func<int, int, IEnumerable<ParityRequest>> sequence) in RequestSequences.All)
        {
            foreach (int capacity in Capacities)
                allAgree &= Compare(name, capacity, sequence(capacity, seed));
        }

        foreach (string path in traces)
        {
            foreach (int capacity in s_traceCapacities)
                allAgree &= Compare(Path.GetFileName(path), capacity, TraceFile.Read(path, most));
        }

        output.WriteLine($"  {total}");
        string? neverSeen = total.FirstNeverSeen();
        output.WriteLine(!allAgree ? "VIOLATION" : neverSeen is null ? "pass" : $"INCONCLUSIVE: there never was {neverSeen}");
        return !allAgree ? ExitCode.Violation : neverSeen is null ? ExitCode.Pass : ExitCode.Inconclusive;

        bool Compare(string name, int capacity, IEnumerable<ParityRequest> requests)
        {
            string? difference = ParityRun.Run(capacity, requests, out ParityTally tally);
            total.Add(tally);
            output.WriteLine($"  {name}, {capacity} slabs: {(difference is null ? "ok" : "VIOLATION")}, {difference ?? tally.ToString()}");
            return difference is null;
        }
    }

    private static string[] FilesIn(string directory) =>
        Directory.Exists(directory) && Directory.GetFiles(directory, TraceFile.Pattern) is { Length: > 0 } files
            ? [.. files.Order()]
            : throw new FormatException($"--traces takes a directory with {TraceFile.Pattern}, not {directory}.");
}
