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
    }
}
