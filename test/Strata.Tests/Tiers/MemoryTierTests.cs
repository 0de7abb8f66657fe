using Strata.Invalidation;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Tiers;

public sealed class MemoryTierTests : TierConformance<MemoryTier>
{
    protected override ValueTask<MemoryTier> CreateAsync(ManualTimeProvider time) =>
        new(new MemoryTier(new MemoryTierOptions { CapacityBytes = 4 << 20, TimeProvider = time, BackgroundMaintenance = false }));

    [Fact]
    public async Task Set_OfTooLongValue_IsRefusedAndLeavesNoFormerValue()
    {
        byte[] key = [1];
        CancellationToken token = TestContext.Current.CancellationToken;
        await Tier.SetAsync(key, Sequence("old"), default, token);
        Assert.Equal(TierWriteStatus.Refused, await Tier.SetAsync(key, new(new byte[Tier.MaxValueBytes + 1]), default, token));
        Assert.Equal(TierReadStatus.Miss, (await Tier.GetAsync(key, new System.Buffers.ArrayBufferWriter<byte>(), token)).Status);
    }

    [Fact]
    public async Task AnyCall_AfterDispose_Throws()
    {
        Tier.Dispose();
        Tier.Dispose();
        CancellationToken token = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Tier.GetAsync(new byte[] { 1 }, new System.Buffers.ArrayBufferWriter<byte>(), token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Tier.SetAsync(new byte[] { 1 }, Sequence("v"), default, token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Tier.RemoveAsync(new byte[] { 1 }, token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Tier.ClearAsync(token));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Tier.InvalidateAsync(InvalidationRule.OfPattern("*"), token));
        Assert.Throws<ObjectDisposedException>(Tier.Maintain);
    }

    [Fact]
    public async Task GetAsync_TimePassesDuringTheCall_ReportsALifeOfMoreThanZero()
    {
        for (int ttlMs = 1; ttlMs < 8; ttlMs++)
        {
            var time = new PassingTime();
            using var tier = new MemoryTier(new MemoryTierOptions { CapacityBytes = 1 << 20, TimeProvider = time, BackgroundMaintenance = false });
            byte[] key = [1];
            CancellationToken token = TestContext.Current.CancellationToken;
            await tier.SetAsync(key, Sequence("v"), TimeSpan.FromMilliseconds(ttlMs), token);

            TierRead read = await tier.GetAsync(key, new System.Buffers.ArrayBufferWriter<byte>(), token);

            if (read.Status == TierReadStatus.Hit)
                Assert.InRange(read.TimeToLive, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(ttlMs));
        }
    }

    /// <summary>Each reading of this clock is a millisecond later than the one before.</summary>
    private sealed class PassingTime : TimeProvider
    {
        private long _nowMs;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _nowMs++;
    }
}
