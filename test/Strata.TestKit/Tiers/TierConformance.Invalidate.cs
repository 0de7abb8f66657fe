using System.Buffers;
using System.Text;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Tiers;
using Xunit;

namespace Strata.TestKit.Tiers;

/// <content>Invalidation. A tier may remove more than it is asked to, never less.</content>
public abstract partial class TierConformance<TTier>
{
    /// <summary>Whether entries that a rule does not mean stay. False for a tier that clears itself instead.</summary>
    protected virtual bool TellsEntriesApart => Keeps;

    [Fact]
    public async Task Invalidate_ByTag_RemovesTheEntriesOfTheTag()
    {
        await SetTaggedAsync("1", "red", "round");
        await SetTaggedAsync("2", "red");
        await SetTaggedAsync("3", "round");
        await SetTaggedAsync("4");
        await SetTaggedAsync("a:1", EntryOptions.EveryTag);
        Assert.Equal(TierWriteStatus.Done, await Tier.InvalidateAsync(InvalidationRule.OfAllTags("round", "red"), Token));
        await AssertLeftAsync("2", "3", "4");
        Assert.Equal(TierWriteStatus.Done, await Tier.InvalidateAsync(InvalidationRule.OfAnyTag("red", "blue"), Token));
        await AssertLeftAsync("3", "4");
    }

    [Fact]
    public async Task Invalidate_ByKey_RemovesTheEntriesMeant()
    {
        foreach (string key in (string[])["a:1", "a:2", "b:1", "b:2"])
            await SetTaggedAsync(key);
        Assert.Equal(TierWriteStatus.Done, await Tier.InvalidateAsync(InvalidationRule.OfPrefix("a:"), Token));
        await AssertLeftAsync("b:1", "b:2");
        Assert.Equal(TierWriteStatus.Done, await Tier.InvalidateAsync(InvalidationRule.OfPattern("?:2"), Token));
        await AssertLeftAsync("b:1");
    }

    [Fact]
    public async Task Set_AfterAnInvalidation_IsKept()
    {
        await Tier.InvalidateAsync(InvalidationRule.OfAnyTag("red"), Token);
        await Tier.InvalidateAsync(InvalidationRule.OfPattern("*"), Token);
        await SetTaggedAsync("1", "red");
        var destination = new ArrayBufferWriter<byte>();
        AssertHit("1"u8.ToArray(), await Tier.GetAsync("1"u8.ToArray(), destination, Token), destination);
    }

    [Fact]
    public async Task MarkStale_OfEntries_LeavesNoneFreshButWhatIsWrittenAfterwards()
    {
        await SetTaggedAsync("1");
        await SetTaggedAsync("2");
        Assert.Equal(TierWriteStatus.Done, await Tier.MarkStaleAsync(Token));
        await SetTaggedAsync("2");
        var destination = new ArrayBufferWriter<byte>();
        Assert.NotEqual(TierReadStatus.Hit, (await Tier.GetAsync("1"u8.ToArray(), destination, Token)).Status);
        destination.Clear();
        AssertHit("2"u8.ToArray(), await Tier.GetAsync("2"u8.ToArray(), destination, Token), destination);
    }

    [Fact]
    public async Task Invalidate_WithACancelledToken_ChangesNothing()
    {
        await SetTaggedAsync("1", "red");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Tier.InvalidateAsync(InvalidationRule.OfAnyTag("red"), new CancellationToken(canceled: true)));
        var destination = new ArrayBufferWriter<byte>();
        AssertHit("1"u8.ToArray(), await Tier.GetAsync("1"u8.ToArray(), destination, Token), destination);
    }

    private async Task SetTaggedAsync(string key, params string[] tags) =>
        await Tier.SetAsync(Encoding.UTF8.GetBytes(key), Sequence(key), new EntryOptions { Tags = [.. tags] }, Token);

    private async Task AssertLeftAsync(params string[] expected)
    {
        foreach (string key in (string[])["1", "2", "3", "4", "a:1", "a:2", "b:1", "b:2"])
        {
            bool isThere = (await Tier.GetAsync(Encoding.UTF8.GetBytes(key), new ArrayBufferWriter<byte>(), Token)).Status == TierReadStatus.Hit;
            Assert.Equal(TellsEntriesApart && expected.Contains(key), isThere);
        }
    }
}
