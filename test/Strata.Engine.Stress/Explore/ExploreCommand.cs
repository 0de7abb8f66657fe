using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore;

/// <summary>Explores everything and prints a line for each case.</summary>
internal static class ExploreCommand
{
    public static int Run(OptionReader options, TextWriter output)
    {
        bool printsTraces = options.Flag("--trace");
        options.ThrowIfAnyLeft();
        bool modelIsRight = true;
        output.WriteLine("The machine, by classic shapes:");
        foreach (ClassicShape shape in ClassicShapes.All)
            modelIsRight &= Report(shape, output);
        bool protocolsHold = true;
        bool controlsFail = true;
        output.WriteLine("The protocols, each as it is and with each fault:");
        foreach (ProtocolCase protocol in ProtocolCases.All)
        {
            bool asExpected = Report(protocol, printsTraces, output);
            if (protocol.Fault is null)
                protocolsHold &= asExpected;
            else
                controlsFail &= asExpected;
        }

        int exitCode = !protocolsHold ? ExitCode.Violation : modelIsRight && controlsFail ? ExitCode.Pass : ExitCode.Inconclusive;
        output.WriteLine(exitCode switch
        {
            ExitCode.Pass => "pass: every protocol holds in every execution, every fault has a counterexample",
            ExitCode.Violation => "VIOLATION: a protocol does not hold",
            _ => "INCONCLUSIVE: the machine or a fault did not behave as known",
        });
        return exitCode;
    }

    private static bool Report(ClassicShape shape, TextWriter output)
    {
        Exploration found = Explorer.Explore(shape.Scenario);
        bool isAllowed = found.Counterexample is not null;
        bool asExpected = isAllowed == shape.IsAllowed;
        output.WriteLine($"  {(asExpected ? "ok   " : "WRONG")} {shape.Name,-36} {(isAllowed ? "allowed" : "forbidden"),-10} {found.States,8} states");
        return asExpected;
    }

    private static bool Report(ProtocolCase protocol, bool printsTraces, TextWriter output)
    {
        Exploration found = Explorer.Explore(protocol.Build());
        bool asExpected = protocol.Fault is null ? found.Holds : found.Counterexample is not null;
        string what = found.Counterexample is { } example
            ? $"{example.What} after {example.Trace.Count} steps"
            : found.NeverSeen.Count > 0 ? $"never seen: {string.Join(", ", found.NeverSeen)}" : $"holds in {found.Endings} endings";
        string name = protocol.Fault is null ? protocol.Protocol : $"  {protocol.Fault}";
        output.WriteLine($"  {(asExpected ? "ok   " : "WRONG")} {name,-56} {found.States,8} states  {what}");
        if (found.Counterexample is not null && (printsTraces || protocol.Fault is null))
        {
            foreach (string line in found.Counterexample.Trace)
                output.WriteLine($"          {line}");
        }

        return asExpected;
    }
}
