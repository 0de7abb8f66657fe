using Strata.Entries;
using Xunit;

namespace Strata.Tests.Entries;

public sealed class EntryPolicyTests
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    public static TheoryData<Func<EntryPolicy>, string, string> Contradictions => new()
    {
        { () => new() { SlidingWindow = OneMinute, Ttl = OneMinute / 2 }, nameof(EntryPolicy.SlidingWindow), nameof(EntryPolicy.Ttl) },
        { () => new() { Ttl = OneMinute / 2, SlidingWindow = OneMinute }, nameof(EntryPolicy.SlidingWindow), nameof(EntryPolicy.Ttl) },
        { () => new() { SlidingWindow = OneMinute, StaleGrace = OneMinute }, nameof(EntryPolicy.SlidingWindow), nameof(EntryPolicy.StaleGrace) },
        { () => new() { SlidingWindow = OneMinute, EagerRefresh = 0.5 }, nameof(EntryPolicy.SlidingWindow), nameof(EntryPolicy.EagerRefresh) },
        { () => new() { ProbabilisticRefresh = 1, SlidingWindow = OneMinute }, nameof(EntryPolicy.SlidingWindow), nameof(EntryPolicy.ProbabilisticRefresh) },
        { () => new() { MemoryTtl = OneMinute, Ttl = OneMinute / 2 }, nameof(EntryPolicy.MemoryTtl), nameof(EntryPolicy.Ttl) },
        { () => new() { Ttl = OneMinute / 2, MemoryTtl = OneMinute }, nameof(EntryPolicy.MemoryTtl), nameof(EntryPolicy.Ttl) },
        { () => new() { MemoryTtl = OneMinute, SlidingWindow = OneMinute }, nameof(EntryPolicy.MemoryTtl), nameof(EntryPolicy.SlidingWindow) },
        { () => new() { AdaptiveTtl = new(OneMinute, OneMinute), MemoryTtl = OneMinute }, nameof(EntryPolicy.MemoryTtl), nameof(EntryPolicy.AdaptiveTtl) },
        { () => new() { EagerRefresh = 0.5, MemoryTtl = OneMinute }, nameof(EntryPolicy.MemoryTtl), nameof(EntryPolicy.EagerRefresh) },
        { () => new() { ProbabilisticRefresh = 1, MemoryTtl = OneMinute }, nameof(EntryPolicy.MemoryTtl), nameof(EntryPolicy.ProbabilisticRefresh) },
        { () => new() { EagerRefresh = 0.5, ProbabilisticRefresh = 1 }, nameof(EntryPolicy.EagerRefresh), nameof(EntryPolicy.ProbabilisticRefresh) },
        { () => new() { SoftDeadline = OneMinute, HardDeadline = OneMinute }, nameof(EntryPolicy.SoftDeadline), nameof(EntryPolicy.HardDeadline) },
        { () => new() { HardDeadline = OneMinute / 2, SoftDeadline = OneMinute }, nameof(EntryPolicy.SoftDeadline), nameof(EntryPolicy.HardDeadline) },
        { () => new() { Ttl = Timeout.InfiniteTimeSpan, StaleGrace = OneMinute }, nameof(EntryPolicy.Ttl), nameof(EntryPolicy.StaleGrace) },
        { () => new() { EagerRefresh = 0.5, Ttl = Timeout.InfiniteTimeSpan }, nameof(EntryPolicy.Ttl), nameof(EntryPolicy.EagerRefresh) },
        { () => new() { Ttl = Timeout.InfiniteTimeSpan, ProbabilisticRefresh = 1 }, nameof(EntryPolicy.Ttl), nameof(EntryPolicy.ProbabilisticRefresh) },
        { () => new() { Ttl = EntryOptions.MaxTtl, StaleGrace = OneMinute }, nameof(EntryPolicy.Ttl), nameof(EntryPolicy.StaleGrace) },
        { () => new EntryPolicy { SoftDeadline = OneMinute } with { HardDeadline = OneMinute / 2 }, nameof(EntryPolicy.SoftDeadline), nameof(EntryPolicy.HardDeadline) },
    };

    public static TheoryData<Func<EntryPolicy>, string> OutOfBounds => new()
    {
        { () => new() { Ttl = TimeSpan.Zero }, nameof(EntryPolicy.Ttl) },
        { () => new() { Ttl = -OneMinute }, nameof(EntryPolicy.Ttl) },
        { () => new() { MemoryTtl = TimeSpan.Zero }, nameof(EntryPolicy.MemoryTtl) },
        { () => new() { SlidingWindow = TimeSpan.Zero }, nameof(EntryPolicy.SlidingWindow) },
        { () => new() { SlidingWindow = Timeout.InfiniteTimeSpan }, nameof(EntryPolicy.SlidingWindow) },
        { () => new() { StaleGrace = EntryOptions.MaxTtl + OneMinute }, nameof(EntryPolicy.StaleGrace) },
        { () => new() { RetryDelay = TimeSpan.Zero }, nameof(EntryPolicy.RetryDelay) },
        { () => new() { SoftDeadline = TimeSpan.Zero }, nameof(EntryPolicy.SoftDeadline) },
        { () => new() { HardDeadline = TimeSpan.FromDays(25) }, nameof(EntryPolicy.HardDeadline) },
        { () => new() { Jitter = -0.1 }, nameof(EntryPolicy.Jitter) },
        { () => new() { Jitter = 0.91 }, nameof(EntryPolicy.Jitter) },
        { () => new() { Jitter = double.NaN }, nameof(EntryPolicy.Jitter) },
        { () => new() { EagerRefresh = 0 }, nameof(EntryPolicy.EagerRefresh) },
        { () => new() { EagerRefresh = 1 }, nameof(EntryPolicy.EagerRefresh) },
        { () => new() { ProbabilisticRefresh = 0 }, nameof(EntryPolicy.ProbabilisticRefresh) },
        { () => new() { ProbabilisticRefresh = 11 }, nameof(EntryPolicy.ProbabilisticRefresh) },
        { () => new() { NegativeTtl = TimeSpan.Zero }, nameof(EntryPolicy.NegativeTtl) },
        { () => new() { SizeHintBytes = -1 }, nameof(EntryPolicy.SizeHintBytes) },
        { () => new() { Priority = (EntryPriority)7 }, nameof(EntryPolicy.Priority) },
        { () => new() { Priority = (EntryPriority)(-2) }, nameof(EntryPolicy.Priority) },
        { () => new() { Access = (TierAccess)16 }, nameof(EntryPolicy.Access) },
        { () => new() { Access = (TierAccess)(-1) }, nameof(EntryPolicy.Access) },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void New_SettingsThatContradict_NamesBoth(Func<EntryPolicy> make, string one, string other)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(make);
        Assert.Contains($"{one} (", exception.Message);
        Assert.Contains($"{other} (", exception.Message);
    }

    [Theory]
    [MemberData(nameof(OutOfBounds))]
    public void New_SettingOutOfBounds_NamesIt(Func<EntryPolicy> make, string name)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(make);
        Assert.Equal(name, exception.ParamName);
        Assert.NotNull(exception.ActualValue);
    }

    [Fact]
    public void New_UndefinedEnumValue_NamesItAndTheLimits()
    {
        Assert.Contains("Priority is 7; it must be -1 (Low) to 1 (High).", Assert.Throws<ArgumentOutOfRangeException>(static () => new EntryPolicy { Priority = (EntryPriority)7 }).Message, StringComparison.Ordinal);
        Assert.Contains("Access is 17; it is a combination of flags, 0 to 15.", Assert.Throws<ArgumentOutOfRangeException>(static () => new EntryPolicy { Access = (TierAccess)17 }).Message, StringComparison.Ordinal);
        Assert.Equal((TierAccess)15, new EntryPolicy { Access = (TierAccess)15 }.Access);
    }

    [Fact]
    public void New_SettingsThatGoTogether_AreTaken()
    {
        var sliding = new EntryPolicy { Ttl = OneMinute, SlidingWindow = OneMinute, NegativeTtl = Timeout.InfiniteTimeSpan, Jitter = 0.9 };
        var refreshed = new EntryPolicy { Ttl = OneMinute, StaleGrace = OneMinute, EagerRefresh = 0.5, SoftDeadline = OneMinute / 2, HardDeadline = OneMinute };
        Assert.Equal(OneMinute, sliding.SlidingWindow);
        Assert.Equal(0.5, refreshed.EagerRefresh);
        Assert.Equal(OneMinute, (refreshed with { Jitter = 0.1 }).StaleGrace);
    }

    [Fact]
    public void Conversion_OfPolicy_IsOptionsWithIt()
    {
        var policy = new EntryPolicy { Ttl = OneMinute };
        EntryOptions options = policy;
        Assert.Same(policy, options.Policy);
        Assert.Null(options.Ttl);
    }
}
