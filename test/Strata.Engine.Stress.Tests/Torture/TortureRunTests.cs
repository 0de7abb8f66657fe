using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Tests.Torture;

public sealed class TortureRunTests
{
    /// <summary>Long enough that each fault shows many times over; a run ends at the first.</summary>
    private static readonly TortureOptions ControlOptions = new() { Lap = TimeSpan.FromSeconds(1), Keys = 500, Threads = 3, OperationsPerClear = 10_000 };

    public static TheoryData<string> Faults => [.. Enum.GetNames<ControlFault>().Where(name => name != nameof(ControlFault.None))];

    public static TheoryData<string> Profiles => [.. TortureProfile.All.Select(profile => profile.Name)];

    [Fact]
    public void Run_StoreWithoutFault_BlamesNobody()
    {
        TortureResult result = TortureCommand.RunControl(ControlFault.None, ControlOptions);

        Assert.Empty(result.Violations);
        Assert.True(result.Tally.Hits > 0);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void Run_StoreWithFault_IsCaught(string fault)
    {
        TortureResult result = TortureCommand.RunControl(Enum.Parse<ControlFault>(fault), ControlOptions);

        Assert.NotEmpty(result.Violations);
    }

    [Fact]
    public void Run_ReaderThatNeverLetsGo_IsReported()
    {
        using var target = new ByteStoreTarget(new ByteStoreOptions { CapacityBytes = 8 << 20 });
        byte[] key = new byte[8];
        Assert.Equal(WriteOutcome.Stored, target.Set(key, new byte[500_000], default, default));
        using var reader = new StuckReader(target, key);
        Assert.True(target.Remove(key));

        TortureResult result = TortureRun.Run(target, new TortureOptions { Laps = 1, Lap = TimeSpan.FromMilliseconds(100), Keys = 100 });

        Assert.Contains(result.Violations, violation => violation.Contains("pinned bytes are left", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Run_ByteStore_HoldsUnderEverythingAtOnce(string name)
    {
        TortureProfile profile = TortureProfile.All.Single(candidate => candidate.Name == name);
        TortureOptions options = profile.Shape(new TortureOptions { Laps = 2 });

        TortureResult result = TortureRun.Run(new ByteStoreTarget(profile.StoreOptions(8 << 20)), options);

        Assert.Empty(result.Violations);
        Assert.True(result.Tally.Hits > 0 && result.Tally.Misses > 0 && result.Tally.Stored > 0, result.Tally.ToString());
        Assert.Equal(options.Threads, result.Tally.TurnedAway);
    }
}
