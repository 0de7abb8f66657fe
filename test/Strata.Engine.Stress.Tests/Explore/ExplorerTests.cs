using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Tests.Explore;

public sealed class ExplorerTests
{
    [Fact]
    public void Explore_TwoIndependentStores_VisitsEveryOrderOnce()
    {
        var scenario = new Scenario("two stores");
        Location x = scenario.Words("x", 0);
        Location y = scenario.Words("y", 0);
        ThreadScript thread = scenario.Thread("thread");
        thread.Store("x", x, 1);
        thread.Store("y", y, 1);

        Exploration found = Explorer.Explore(scenario);

        Assert.Equal(4, found.States);
        Assert.Equal(1, found.Endings);
    }

    [Fact]
    public void Explore_ExpectedOutcomeThatNoExecutionHas_IsNamed()
    {
        var scenario = new Scenario("impossible");
        Location x = scenario.Words("x", 0);
        Register seen = scenario.Thread("thread").Load("x", x);
        scenario.Expect("a value from nowhere", outcome => outcome[seen] == 1);

        Exploration found = Explorer.Explore(scenario);

        Assert.Equal(["a value from nowhere"], found.NeverSeen);
        Assert.False(found.Holds);
    }

    [Fact]
    public void Explore_ForbiddenOutcome_TraceHasEachStepInTheOrderOfMemory()
    {
        var scenario = new Scenario("hand-over");
        Location x = scenario.Words("x", 0);
        scenario.Thread("writer").Store("set", x, 5);
        Register seen = scenario.Thread("reader").Load("get", x);
        scenario.Forbid("the value is seen", outcome => outcome[seen] == 5);

        Exploration found = Explorer.Explore(scenario);

        Assert.NotNull(found.Counterexample);
        Assert.Equal(["writer.0 set: Store of x leaves 5", "reader.0 get: Load of x reads 5"], found.Counterexample.Trace);
    }

    [Fact]
    public void Explore_LoadThroughZero_NamesTheInstruction()
    {
        var scenario = new Scenario("null");
        Location slot = scenario.Words("slot", 0);
        ThreadScript thread = scenario.Thread("thread");
        Register place = thread.Load("slot", slot);
        thread.Load("record", place);

        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => Explorer.Explore(scenario));

        Assert.Contains("thread.1 record", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Explore_StoreAfterExitTaken_IsNotPerformed()
    {
        var scenario = new Scenario("exit");
        Location x = scenario.Words("x", 1);
        ThreadScript thread = scenario.Thread("thread");
        thread.ExitIf("always", 1);
        thread.Store("set", x, 2);
        scenario.Forbid("stored", outcome => outcome[x] == 2);
        scenario.Expect("left", outcome => !outcome.Finished(thread));

        Assert.True(Explorer.Explore(scenario).Holds);
    }
}
