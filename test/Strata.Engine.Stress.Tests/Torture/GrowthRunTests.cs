using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Tests.Torture;

public sealed class GrowthRunTests
{
    /// <summary>Fewer entries than the control store keeps.</summary>
    private const int ControlFillers = 1_000;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

    [Fact]
    public void Run_ByteStore_MissesNothingThatIsThere()
    {
        TortureResult result = GrowthRun.Run(TortureCommand.NewGrowthTarget(), TortureCommand.GrowthFillers, readers: 2, Time);

        Assert.Empty(result.Violations);
        Assert.True(result.Tally.Hits > 0);
        Assert.True(result.Tally.Cleared > 0);
    }

    [Fact]
    public void Run_StoreWithoutFault_BlamesNobody() =>
        Assert.Empty(GrowthRun.Run(new ControlTarget(ControlFault.None), ControlFillers, readers: 2, Time).Violations);

    [Theory]
    [InlineData(nameof(ControlFault.FalseMiss))]
    [InlineData(nameof(ControlFault.OtherKey))]
    public void Run_StoreWithFault_IsCaught(string fault) =>
        Assert.NotEmpty(GrowthRun.Run(new ControlTarget(Enum.Parse<ControlFault>(fault)), ControlFillers, readers: 2, TimeSpan.FromSeconds(10)).Violations);
}
