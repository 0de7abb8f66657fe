using Strata.Engine.Stress;
using Strata.Engine.Stress.Explore;
using Strata.Engine.Stress.Fuzz;
using Strata.Engine.Stress.Linear;
using Strata.Engine.Stress.Litmus;
using Strata.Engine.Stress.Parity;
using Strata.Engine.Stress.Soak;
using Strata.Engine.Stress.Torture;

try
{
    return args switch
    {
        ["explore", .. string[] rest] => ExploreCommand.Run(new OptionReader(rest), Console.Out),
        ["fuzz", .. string[] rest] => FuzzCommand.Run(new OptionReader(rest), Console.Out),
        ["litmus", .. string[] rest] => LitmusCommand.Run(new OptionReader(rest), Console.Out),
        ["linear", .. string[] rest] => LinearCommand.Run(new OptionReader(rest), Console.Out),
        ["parity", .. string[] rest] => ParityCommand.Run(new OptionReader(rest), Console.Out),
        ["soak", .. string[] rest] => SoakCommand.Run(new OptionReader(rest), Console.Out),
        ["torture", .. string[] rest] => TortureCommand.Run(new OptionReader(rest), Console.Out),
        ["--help" or "-h"] => Usage.Print(Console.Out, ExitCode.Pass),
        _ => Usage.Print(Console.Error, ExitCode.Usage),
    };
}
catch (FormatException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return Usage.Print(Console.Error, ExitCode.Usage);
}
