using Strata.Engine.Stress.Linear;
using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Tests.Linear;

public sealed class LinearRunTests
{
    private static readonly int s_seed = Environment.TickCount;

    /// <summary>Many more rounds than a control needs, on a machine that is busy with other things too: a run ends at the first history without an order.</summary>
    private static readonly LinearOptions s_controlOptions = new() { Seed = s_seed, Rounds = 500 };

    public static TheoryData<string> Profiles => [.. LinearProfile.All.Select(profile => profile.Name)];

    public static TheoryData<string> Faults => [.. LinearCommand.Faults.Select(fault => fault.ToString())];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Run_ByteStore_EveryHistoryHasAnOrder(string name)
    {
        LinearProfile profile = LinearProfile.All.Single(candidate => candidate.Name == name);

        LinearResult result = LinearRun.Run(new ByteStoreTarget(profile.StoreOptions()), profile.Shape(new LinearOptions { Seed = s_seed, Rounds = 20 }));

        Assert.True(result.Violations.Count == 0, $"seed {s_seed}: {string.Join('\n', result.Violations)}");
        Assert.Null(result.Tally.FirstNeverSeen());
    }

    [Fact]
    public void Run_StoreWithoutFault_BlamesNobody()
    {
        LinearResult result = LinearCommand.RunControl(ControlFault.None, new LinearOptions { Seed = s_seed });

        Assert.Empty(result.Violations);
        Assert.Null(result.Tally.FirstNeverSeen());
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Run_StoreWithFault_IsCaught(string fault) =>
        Assert.NotEmpty(LinearCommand.RunControl(Enum.Parse<ControlFault>(fault), s_controlOptions).Violations);

    [Fact]
    public void Run_StoreWhoseAddLooksAndThenWrites_IsCaughtByItsHistory() =>
        Assert.Contains(LinearCommand.RunRacyControl(s_controlOptions).Violations, violation => violation.Contains("no order", StringComparison.Ordinal));
}
