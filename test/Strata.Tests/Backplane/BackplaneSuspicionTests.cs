using Strata.Backplane;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Backplane;

/// <summary>What a node missed it notices, and then serves nothing that it had.</summary>
public sealed class BackplaneSuspicionTests : BackplaneFixture
{
    private static readonly EntryPolicy s_memory = new() { Access = TierAccess.SkipTierRead | TierAccess.SkipTierWrite };

    [Fact]
    public void Announcement_AfterALostChange_EndsWhatTheOtherNodeHas()
    {
        LoseOneChange();
        Assert.True(ServesFromMemory(B));
        Announce();
        Assert.False(ServesFromMemory(B));
        Assert.Equal((1, 1), (Of(B).Gaps, Of(B).Suspicions));
    }

    [Fact]
    public void Change_AfterALostChange_EndsWhatTheOtherNodeHas()
    {
        LoseOneChange();
        A.Set("another", 1);
        Deliver();
        Assert.False(ServesFromMemory(B));
    }

    /// <summary>What comes late was stood for when the gap was noticed, or has been applied.</summary>
    [Fact]
    public void Change_ThatComesTwice_CountsOnce()
    {
        Bus.Faults = new() { Duplication = 1 };
        A.Set("k", 1);
        Deliver();
        Assert.Equal((1, 1, 0), (Of(B).ReceivedChanges, Of(B).Duplicates, Of(B).Suspicions));
    }

    [Fact]
    public void Reconnect_OfANode_EndsWhatItHas()
    {
        Fill(B);
        EndB.Disconnect();
        Assert.False(Of(B).IsConnected);
        A.Set("k", 2);
        Deliver();
        Assert.True(ServesFromMemory(B));
        EndB.Reconnect();
        Assert.True(Of(B).IsConnected);
        Assert.False(ServesFromMemory(B));
    }

    /// <summary>A node that comes back after it was forgotten may have published meanwhile.</summary>
    [Fact]
    public void Node_ThatWasSilentAndComesBack_IsSuspected()
    {
        A.Set("k", 1);
        Deliver();
        EndA.Side = 1;
        Announce(intervals: 15);
        Assert.Equal(0, Of(B).Nodes);
        Fill(B);
        EndA.Side = 0;
        Announce();
        Assert.False(ServesFromMemory(B));
        Assert.Equal(1, Of(B).Nodes);
    }

    [Fact]
    public void Node_ThatIsNewAndHasPublishedNothing_IsNotSuspected()
    {
        Fill(B);
        Create(Bus.Join(), 3);
        Announce();
        Assert.True(ServesFromMemory(B));
        Assert.Equal((2, 0), (Of(B).Nodes, Of(B).Suspicions));
    }

    /// <summary>It learns at once who is there, not over the whole of the first interval.</summary>
    [Fact]
    public void Node_ThatIsNew_MeetsAllOthersAtOnce()
    {
        A.Set("k", 1);
        Announce();
        Time.Advance(TimeSpan.FromSeconds(0.5));
        TieredCache c = Create(Bus.Join(), 3);
        Deliver();
        Assert.Equal(2, Of(c).Nodes);
    }

    /// <summary>Who does not even hear itself may have missed a node that came and went.</summary>
    [Fact]
    public void Node_ThatDidNotHearItselfForLong_SuspectsWhatItHas()
    {
        Fill(B);
        EndA.Side = EndB.Side = 1;
        Bus.Faults = new() { Loss = 1 };
        Announce(intervals: 12);
        Assert.True(ServesFromMemory(B));
        Bus.Faults = default;
        Announce();
        Assert.False(ServesFromMemory(B));
    }

    /// <summary>A transport that remembers: what was said while the node was cut off comes then, however long that was.</summary>
    [Fact]
    public void Reconnect_WithAllThatWasMissed_KeepsTheRest()
    {
        var replaying = new ReplayingTransport(Bus.Join());
        TieredCache c = Create(replaying, 3);
        A.Set("before", 1);
        Deliver();
        Fill(c);
        c.GetOrAdd("k", 0, static (_, _) => 1);
        long suspicions = Of(c).Suspicions;
        replaying.Cut();
        A.Set("k", 2);
        Announce(intervals: 30);
        replaying.Replay();
        Announce();
        Assert.True(c.TryGet("k", out int value));
        Assert.Equal(2, value);
        Assert.True(ServesFromMemory(c));
        Assert.Equal(suspicions, Of(c).Suspicions);
    }

    [Fact]
    public void Changes_DuringAnOutage_ArePublishedAfterwardsInTheirOrder()
    {
        B.GetOrAdd("x", 0, static (_, _) => 1);
        EndA.Disconnect();
        A.Set("x", 2);
        A.Set("y", 2);
        A.Set("x", 3);
        Assert.True(Of(A).PublishFailures > 0 && Of(A).QueuedBytes > 0);
        EndA.Reconnect();
        Deliver();
        Assert.Equal((0L, 0L), (Of(A).QueuedBytes, Of(B).Suspicions));
        Assert.True(B.TryGet("x", out int value));
        Assert.Equal(3, value);
    }

    [Fact]
    public void Changes_BeyondTheBoundDuringAnOutage_EndEverythingTheOtherNodesHave()
    {
        Fill(B);
        EndA.Disconnect();
        for (int i = 0; i < 20_000; i++)
            A.Set($"key of some length:{i}", i);
        Assert.Equal(1, Of(A).Overflows);
        Assert.True(Of(A).QueuedBytes <= 1 << 20);
        EndA.Reconnect();
        Deliver();
        Assert.False(ServesFromMemory(B));
        Assert.Equal(0, Of(B).Suspicions);
    }

    [Fact]
    public void Statistics_OfAQuietNode_TellTheLagOfItsAnnouncements()
    {
        Bus.Faults = new() { LeastDelay = TimeSpan.FromMilliseconds(30), MostDelay = TimeSpan.FromMilliseconds(30) };
        Time.Advance(TimeSpan.FromSeconds(1));
        Time.Advance(TimeSpan.FromMilliseconds(30));
        Deliver();
        Assert.Equal(TimeSpan.FromMilliseconds(30), Of(A).Lag);
    }

    private static void Fill(TieredCache cache) => cache.GetOrAdd("kept", 0, static (_, _) => 1);

    private static bool ServesFromMemory(TieredCache cache) => cache.GetOrAdd("kept", 0, static (_, context) => { context.DoNotStore(); return -1; }, s_memory) == 1;

    private void LoseOneChange()
    {
        Fill(B);
        Bus.Faults = new() { Loss = 1 };
        A.Set("k", 1);
        Bus.Faults = default;
        Deliver();
    }
}
