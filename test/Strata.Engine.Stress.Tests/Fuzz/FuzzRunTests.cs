using System.Text.RegularExpressions;
using Strata.Engine.Stress.Fuzz;

namespace Strata.Engine.Stress.Tests.Fuzz;

public sealed class FuzzRunTests
{
    private const int Inputs = 20_000;

    private static readonly int s_seed = Environment.TickCount & int.MaxValue;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    public static TheoryData<string> Faults => [.. Enum.GetNames<FuzzFault>().Where(name => name != nameof(FuzzFault.None))];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Run_Decoder_DoesNothingItMustNot(string name)
    {
        using IFuzzTarget target = FuzzTargets.All[name]();

        FuzzResult result = FuzzRun.Run(target, s_seed, 0, Inputs);

        Assert.True(result.Violation is null, $"seed {s_seed}: {result.Violation}");
        Assert.True(result.IsConclusive, $"seed {s_seed}: {result}");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Run_ControlWithFault_IsCaughtAndCanBeRunAgain(string fault)
    {
        using var target = new ControlTarget(Enum.Parse<FuzzFault>(fault));

        string violation = Assert.IsType<string>(FuzzRun.Run(target, s_seed, 0, FuzzCommand.ControlInputs).Violation);

        int number = int.Parse(violation.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(WithoutBytes(violation), WithoutBytes(FuzzRun.Run(target, s_seed, number, 1).Violation!));
    }

    [Fact]
    public void Run_ControlWithoutFault_IsNotBlamed()
    {
        using var target = new ControlTarget(FuzzFault.None);

        FuzzResult result = FuzzRun.Run(target, s_seed, 0, FuzzCommand.ControlInputs);

        Assert.Null(result.Violation);
        Assert.True(result.IsConclusive);
    }

    // The runtime counts what it sets aside for a thread in pieces, not always the same.
    private static string WithoutBytes(string violation) => Regex.Replace(violation, "allocate [0-9]+ bytes", "allocate");

    [Fact]
    public void Targets_ByName_AreCalledThat() => Assert.All(FuzzTargets.All, entry =>
    {
        using IFuzzTarget target = entry.Value();
        Assert.Equal(entry.Key, target.Name);
    });
}
