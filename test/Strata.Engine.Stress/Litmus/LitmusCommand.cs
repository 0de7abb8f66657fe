using System.Runtime.InteropServices;

namespace Strata.Engine.Stress.Litmus;

/// <summary>Runs every race and prints a line for each.</summary>
internal static class LitmusCommand
{
    public static int Run(OptionReader options, TextWriter output)
    {
        var limit = TimeSpan.FromSeconds(options.Number("--seconds", 30, 1, 3600));
        long rounds = options.Number("--rounds", 1_000_000, 1, long.MaxValue);
        options.ThrowIfAnyLeft();
        output.WriteLine($"litmus on {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} processors; at most {limit.TotalSeconds} s a race, {rounds} accepted reads");
        bool anyViolation = false;
        bool anyInconclusive = false;
        foreach (RaceCase race in RaceCase.All)
        {
            RaceResult result = race.Run(race.Fault == RaceFault.None ? rounds : long.MaxValue, limit);
            int verdict = race.Fault == RaceFault.None ? result.JudgeRight(rounds) : result.JudgeControl();
            anyViolation |= verdict == ExitCode.Violation;
            anyInconclusive |= verdict == ExitCode.Inconclusive;
            string word = verdict switch { ExitCode.Pass => "ok", ExitCode.Violation => "VIOLATION", _ => "INCONCLUSIVE" };
            output.WriteLine(
                $"  {word,-12} {race,-64} {result.Accepted,10} accepted {result.Refused,9} refused {result.Violations} violations {result.Elapsed.TotalSeconds,6:F2} s");
        }

        return anyViolation ? ExitCode.Violation : anyInconclusive ? ExitCode.Inconclusive : ExitCode.Pass;
    }
}
