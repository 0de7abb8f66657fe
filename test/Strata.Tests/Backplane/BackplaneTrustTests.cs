using Strata.Backplane;
using Strata.Entries;
using Xunit;

namespace Strata.Tests.Backplane;

/// <summary>Messages of strangers, and settings that cannot be.</summary>
public sealed class BackplaneTrustTests : BackplaneFixture
{
    private static readonly byte[] s_secret = "0123456789abcdef"u8.ToArray();

    [Fact]
    public void Messages_WithTheSharedKey_AreBelievedAndOthersAreCounted()
    {
        var end = Bus.Join();
        TieredCache c = Create(end, 3, options => options.AuthenticationKey = s_secret);
        TieredCache d = Create(Bus.Join(), 4, options => options.AuthenticationKey = s_secret);
        Deliver();
        d.GetOrAdd("k", 0, static (_, _) => 1);
        long rejected = Of(d).Rejected;
        A.Set("k", 2);
        Deliver();
        Assert.Equal((rejected + 1, 0), (Of(d).Rejected, Of(d).ReceivedChanges));
        c.Set("k", 3);
        Deliver();
        Assert.Equal(1, Of(d).ReceivedChanges);
        Assert.Equal(3, d.GetOrAdd("k", 0, static (_, _) => -1));
    }

    /// <summary>What was recorded and is played again later is an old number.</summary>
    [Fact]
    public async Task Message_ThatIsPlayedAgain_IsADuplicate()
    {
        var recorder = new Recorder();
        Bus.Join().Subscribe(recorder);
        A.Set("k", 1);
        Deliver();
        B.GetOrAdd("k", 0, static (_, _) => 1);
        foreach (byte[] message in recorder.Messages.ToArray())
            await EndB.PublishAsync(message, Token);
        Deliver();
        Assert.True(Of(B).Duplicates > 0);
        Assert.Equal(0, Of(B).Suspicions);
        Assert.Equal(1, B.GetOrAdd("k", 0, static (_, _) => -1, new EntryPolicy { Access = TierAccess.SkipTierRead }));
    }

    [Fact]
    public async Task Message_OfGarbage_IsCountedAndIgnored()
    {
        foreach (byte[] garbage in (byte[][])[[], [1], new byte[100], new byte[BackplaneOptions.MaxMessageBytes], "SB\u0001\u0002"u8.ToArray()])
            await EndA.PublishAsync(garbage, Token);
        Deliver();
        Assert.Equal((5, 0), (Of(B).Rejected, Of(B).Suspicions));
    }

    /// <summary>Whoever makes up nodes without end takes no memory without end.</summary>
    [Fact]
    public void Peers_WithoutEnd_AreForgotten()
    {
        var peers = new Peers();
        for (int i = 0; i < Peers.MaxNodes + 1000; i++)
            Assert.Equal(PeerSight.NextOfStranger, peers.See(new(MessageKind.Changes, (UInt128)i, 1), now: i));
        Assert.Equal(Peers.MaxNodes, peers.Count);
        Assert.Equal(PeerSight.MissedByStranger, peers.See(new(MessageKind.Announcement, 0, 1), now: int.MaxValue));
    }

    [Fact]
    public void Options_OutsideTheirBounds_AreRefusedByName()
    {
        Assert.Contains(nameof(BackplaneOptions.Transport), Assert.Throws<ArgumentNullException>(() => Make(new())).Message);
        Assert.Contains(nameof(BackplaneOptions.AnnounceInterval), Assert.Throws<ArgumentOutOfRangeException>(() => Make(new() { Transport = EndA, AnnounceInterval = TimeSpan.Zero })).Message);
        Assert.Contains(nameof(BackplaneOptions.AuthenticationKey), Assert.Throws<ArgumentException>(() => Make(new() { Transport = EndA, AuthenticationKey = new byte[15] })).Message);
        Assert.Contains(nameof(BackplaneOptions.MaxQueuedBytes), Assert.Throws<ArgumentOutOfRangeException>(() => Make(new() { Transport = EndA, MaxQueuedBytes = 1 })).Message);
    }

    private static void Make(BackplaneOptions options) => new TieredCache(new() { CapacityBytes = 1 << 20, Backplane = options }).Dispose();

    private sealed class Recorder : IBackplaneReceiver
    {
        public List<byte[]> Messages { get; } = [];

        public void Received(ReadOnlySpan<byte> message) => Messages.Add(message.ToArray());

        public void Interrupted()
        {
        }

        public void Resumed(bool isComplete)
        {
        }
    }
}
