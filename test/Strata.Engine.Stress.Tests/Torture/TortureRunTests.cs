using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Tests.Torture;

public sealed class TortureRunTests
{
    /// <summary>Long enough that each fault shows many times over; a run ends at the first.</summary>
    private static readonly TortureOptions ControlOptions = new() { Lap = TimeSpan.FromSeconds(1), Laps = 5, Keys = 500, Threads = 3 };

    public static TheoryData<string> Faults => [.. Enum.GetNames<ControlFault>().Where(name => name != nameof(ControlFault.None))];

    [Fact]
    public void Run_StoreWithoutFault_BlamesNobody()
    {
        TortureResult result = TortureRun.Run(new ControlTarget(ControlFault.None), ControlOptions with { Laps = 1 });

        Assert.Empty(result.Violations);
        Assert.True(result.Tally.Hits > 0);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Run_StoreWithFault_IsCaught(string fault)
    {
        TortureResult result = TortureRun.Run(new ControlTarget(Enum.Parse<ControlFault>(fault)), ControlOptions);

        Assert.NotEmpty(result.Violations);
    }

    [Theory]
    [InlineData(1 << 20, 2_000)]
    [InlineData(8 << 20, 20_000)]
    [InlineData(64 << 20, 20_000)]
    public void Run_ByteStore_HoldsUnderEverythingAtOnce(long capacityBytes, int keys)
    {
        var options = new ByteStoreOptions { CapacityBytes = capacityBytes };

        TortureResult result = TortureRun.Run(new ByteStoreTarget(options), new TortureOptions { Lap = TimeSpan.FromSeconds(1), Laps = 2, Keys = keys });

        Assert.Empty(result.Violations);
        Assert.True(result.Tally.Hits > 0 && result.Tally.Misses > 0 && result.Tally.Stored > 0, result.Tally.ToString());
        Assert.Equal(new TortureOptions().Threads, result.Tally.TurnedAway);
    }
}
