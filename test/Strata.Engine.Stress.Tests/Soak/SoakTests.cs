using Strata.Engine.Stress.Soak;

namespace Strata.Engine.Stress.Tests.Soak;

/// <summary>Alone, since the soak watches the memory of the process.</summary>
[CollectionDefinition(nameof(SoakTests), DisableParallelization = true)]
[Collection(nameof(SoakTests))]
public sealed class SoakTests
{
    [Fact]
    public void Run_ManyShortRounds_LeaveNothingBehind()
    {
        var output = new StringWriter();

        int exitCode = SoakCommand.Run(new OptionReader(["--seconds", "1", "--rounds", "12", "--round-ms", "100", "--capacity", "16777216", "--seed", "1"]), output);

        Assert.True(exitCode == ExitCode.Pass, output.ToString());
    }

    [Fact]
    public void Draw_SameSeed_IsSamePlan() => Assert.Equal(Draw(5).ToString(), Draw(5).ToString());

    [Fact]
    public void Draw_ManySeeds_EveryPlanMakesAStoreAndTheyAreUnlikeEachOther()
    {
        SoakPlan[] plans = [.. Enumerable.Range(0, 300).Select(Draw)];

        foreach (SoakPlan plan in plans)
        {
            using var store = new ByteStore(plan.Store);
            Assert.Equal(WriteOutcome.Stored, store.Set("key"u8, "value"u8));
        }

        Assert.Distinct(plans.Select(plan => plan.ToString()));
        Assert.Equal(2, plans.Select(plan => plan.Store.BackgroundMaintenance).Distinct().Count());
        Assert.Contains(plans, plan => plan.Store.CapacityBytes < 2 << 20);
        Assert.Contains(plans, plan => plan.Store.CapacityBytes > 16 << 20);
    }

    private static SoakPlan Draw(int seed) => SoakPlan.Draw(seed, maxThreads: 4, maxCapacityBytes: 32 << 20, TimeSpan.FromSeconds(1));
}
