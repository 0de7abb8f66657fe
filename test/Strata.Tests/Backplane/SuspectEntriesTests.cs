using Strata.Entries;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Backplane;

/// <summary>What a node has when it learns that it missed something: not fresh any more, but there while nothing better is to be had.</summary>
public sealed class SuspectEntriesTests : BackplaneFixture
{
    private static readonly EntryPolicy s_graceful = new() { Ttl = TimeSpan.FromMinutes(1), StaleGrace = TimeSpan.FromMinutes(10), Access = TierAccess.SkipTierRead | TierAccess.SkipTierWrite };
    private static readonly EntryPolicy s_eager = s_graceful with { EagerRefresh = 0.9 };
    private static readonly EntryPolicy s_adaptive = new() { AdaptiveTtl = new AdaptiveTtl(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1)), Access = TierAccess.SkipTierRead | TierAccess.SkipTierWrite };

    public static TheoryData<EntryPolicy> Policies => [s_graceful, s_eager];

    [Theory]
    [MemberData(nameof(Policies), DisableDiscoveryEnumeration = true)]
    public void Suspect_WithinItsGrace_IsLoadedAnewAndStandsInForALoadThatFails(EntryPolicy policy)
    {
        B.GetOrAdd("k", static _ => 1, policy);
        Interrupt();
        Assert.Equal(1, B.GetOrAdd<int>("k", static _ => throw new IOException(), policy));
        Assert.Equal(1, B.GetStatistics().StaleServed);
        Time.Advance(policy.RetryDelay);
        Assert.Equal(2, B.GetOrAdd("k", static _ => 2, policy));
        Assert.Equal(2, B.GetOrAdd("k", static _ => 3, policy));
    }

    /// <summary>Also when the sweep has been through, and nothing is pending any more.</summary>
    [Theory]
    [MemberData(nameof(Policies), DisableDiscoveryEnumeration = true)]
    public void Suspect_AfterTheSweep_IsAsMuch(EntryPolicy policy)
    {
        B.GetOrAdd("k", static _ => 1, policy);
        Interrupt();
        B.Maintain();
        Assert.Equal(0, B.GetStatistics().PendingInvalidations);
        Assert.False(B.TryGet("k", out int _));
        Assert.Equal(1, B.GetOrAdd<int>("k", static _ => throw new IOException(), policy));
        Time.Advance(policy.RetryDelay);
        Assert.Equal(2, B.GetOrAdd("k", static _ => 2, policy));
    }

    /// <summary>A refresh before the end is no reason to take it for fresh.</summary>
    [Fact]
    public void Suspect_WhoseLoadsFail_IsNeverFreshAgain()
    {
        B.GetOrAdd("k", static _ => 1, s_eager);
        Interrupt();
        B.Maintain();
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(1, B.GetOrAdd<int>("k", static _ => throw new IOException(), s_eager));
            Assert.False(B.TryGet("k", out int _));
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Grace counts from when it became suspect, not from the end that it would have had.</summary>
    [Theory]
    [MemberData(nameof(Policies), DisableDiscoveryEnumeration = true)]
    public void Suspect_BeyondItsGrace_IsNotServed(EntryPolicy policy)
    {
        policy = policy with { Ttl = TimeSpan.FromHours(1), StaleGrace = TimeSpan.FromMinutes(1) };
        B.GetOrAdd("k", static _ => 1, policy);
        Interrupt();
        B.Maintain();
        Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(1, B.GetOrAdd<int>("k", static _ => throw new IOException(), policy));
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Throws<IOException>(() => B.GetOrAdd<int>("k", static _ => throw new IOException(), policy));
    }

    [Fact]
    public void Suspect_WithoutAGrace_IsGone()
    {
        B.Set("plain", 1, s_graceful with { StaleGrace = null });
        B.Set("window", 1, new EntryPolicy { SlidingWindow = TimeSpan.FromMinutes(1), Access = s_graceful.Access });
        B.Set("adaptive", 1, s_adaptive);
        B.Set("refreshed", 1, s_eager with { StaleGrace = null });
        Interrupt();
        B.Maintain();
        Assert.Equal(0, B.GetStatistics().EntryCount);
    }

    [Fact]
    public void Add_OfASuspectKey_Adds()
    {
        B.Set("k", 1, s_graceful);
        Interrupt();
        Assert.True(B.Add("k", 2, s_graceful));
        Assert.True(B.TryGet("k", out int value));
        Assert.Equal(2, value);
    }

    [Fact]
    public void Values_WrittenAfterwards_AreFresh()
    {
        Interrupt();
        B.Set("k", 1, s_graceful);
        B.Maintain();
        Assert.True(B.TryGet("k", out int _));
    }

    [Fact(Timeout = 30_000)]
    public async Task TiersOfThisNodeAlone_AreMarkedStaleAndKeepWhatTheyHave()
    {
        var own = new FaultyTier(Time, "own", TierTraits.Durable);
        TieredCache c = Create(Bus.Join(), 3, own: own);
        Deliver();
        await own.SetAsync("k"u8.ToArray(), new(BitConverter.GetBytes(1)), default, Token);
        Interrupt();
        await UntilAsync(() => own.Marks == 1);
        Assert.Equal(1, own.Count);
        Assert.Equal(5, c.GetOrAdd("k", static _ => 5));
    }

    /// <summary>Loses a change of another node, and lets that be noticed.</summary>
    private void Interrupt()
    {
        Bus.Faults = new() { Loss = 1 };
        A.Set("another", 1);
        Bus.Faults = default;
        Deliver();
        Announce();
    }
}
