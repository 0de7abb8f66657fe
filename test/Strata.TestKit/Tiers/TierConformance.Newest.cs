using System.Buffers;
using System.Text;
using Strata.Entries;
using Strata.Invalidation;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.TestKit.Tiers;

/// <content>Values with a timestamp, which loads bring: nothing newer gives way to them where other processes write, too.</content>
public abstract partial class TierConformance<TTier>
{
    private HybridClock? _timestamps;

    /// <summary>What timestamps are taken from; the tier's own clock, if it has one.</summary>
    protected virtual TimeProvider Clock => Time;

    /// <summary>Whether the tier promises to know what is newer. False for one that only pretends that other processes write to it.</summary>
    protected virtual bool IsShared => Tier.Traits.HasFlag(TierTraits.Shared);

    [Fact]
    public async Task Set_WithATimestamp_OfANewLoad_IsKept()
    {
        await LoadInTheEndAsync("1", "loaded");
        await AssertReadsAsync("1", "loaded");
        await LoadInTheEndAsync("1", "loaded again");
        await AssertReadsAsync("1", "loaded again");
    }

    [Fact]
    public async Task Set_WithoutATimestamp_IsTakenWhateverWasLoaded()
    {
        await LoadInTheEndAsync("1", "loaded");
        Assert.Equal(TierWriteStatus.Done, await Tier.SetAsync("1"u8.ToArray(), Sequence("written"), default, Token));
        await AssertReadsAsync("1", "written");
    }

    [Fact]
    public async Task Set_WithATimestamp_BeforeAWrite_StandsBack()
    {
        long start = NextTimestamp();
        await Tier.SetAsync("1"u8.ToArray(), Sequence("written"), default, Token);
        await AssertStandsBackAsync(start, "written");
    }

    [Fact]
    public async Task Set_WithATimestamp_BeforeARemoval_StandsBack()
    {
        await Tier.SetAsync("1"u8.ToArray(), Sequence("written"), default, Token);
        long start = NextTimestamp();
        await Tier.RemoveAsync("1"u8.ToArray(), Token);
        await AssertStandsBackAsync(start, null);
        start = NextTimestamp();
        var results = new TierWriteStatus[1];
        await Tier.RemoveManyAsync(new ReadOnlyMemory<byte>[] { "1"u8.ToArray() }, results, Token);
        await AssertStandsBackAsync(start, null);
    }

    [Theory]
    [InlineData("tag")]
    [InlineData("prefix")]
    [InlineData("clear")]
    public async Task Set_WithATimestamp_BeforeAnInvalidation_StandsBack(string by)
    {
        await SetTaggedAsync("1", "red");
        long start = NextTimestamp();
        Assert.Equal(TierWriteStatus.Done, by switch
        {
            "tag" => await Tier.InvalidateAsync(InvalidationRule.OfAnyTag("red"), Token),
            "prefix" => await Tier.InvalidateAsync(InvalidationRule.OfPrefix("1"), Token),
            _ => await Tier.ClearAsync(Token),
        });
        await AssertStandsBackAsync(start, null, "red");
    }

    [Fact]
    public async Task SetMany_OfLoadsAndWrites_TellsEachHowItEnded()
    {
        const int Count = 40;
        long start = NextTimestamp();
        byte[][] keys = [.. Enumerable.Range(0, Count).Select(i => Encoding.UTF8.GetBytes($"key:{i}"))];
        for (int i = 0; i < Count; i += 3)
            await Tier.SetAsync(keys[i], Sequence("written"), default, Token);
        for (int i = 1; i < Count; i += 3)
            await Tier.RemoveAsync(keys[i], Token);
        // Every other one is a load that began before all that.
        TierEntry[] entries = [.. keys.Select((key, i) => new TierEntry(key, Sequence("offered"), i % 2 == 0 ? new EntryOptions { Timestamp = start } : default))];
        var results = new TierWriteStatus[Count];
        Array.Fill(results, TierWriteStatus.Faulted);
        await Tier.SetManyAsync(entries, results, Token);
        for (int i = 0; i < Count; i++)
        {
            bool mayStandBack = i % 2 == 0, mustStandBack = mayStandBack && IsShared && i % 3 < 2;
            AssertEnded(results[i], mayStandBack, mustStandBack);
            await AssertReadsAsync($"key:{i}", results[i] == TierWriteStatus.Done ? "offered" : i % 3 == 0 ? "written" : null);
        }
    }

    /// <summary>Offers a load of the key "1" alone and among others.</summary>
    private async Task AssertStandsBackAsync(long start, string? newer, params string[] tags)
    {
        var options = new EntryOptions { Timestamp = start, Tags = [.. tags] };
        var results = new TierWriteStatus[1];
        foreach (bool isMany in (bool[])[false, true])
        {
            if (isMany)
                await Tier.SetManyAsync(new TierEntry[] { new("1"u8.ToArray(), Sequence("loaded"), options) }, results, Token);
            else
                results[0] = await Tier.SetAsync("1"u8.ToArray(), Sequence("loaded"), options, Token);
            AssertEnded(results[0], mayStandBack: true, mustStandBack: IsShared);
            await AssertReadsAsync("1", results[0] == TierWriteStatus.Done ? "loaded" : newer);
        }
    }

    private static void AssertEnded(TierWriteStatus status, bool mayStandBack, bool mustStandBack)
    {
        if (mustStandBack)
            Assert.Equal(TierWriteStatus.Superseded, status);
        else
            Assert.True(status == TierWriteStatus.Done || (mayStandBack && status == TierWriteStatus.Superseded), status.ToString());
    }

    /// <summary>Loads until a load is kept: a tier may refuse one of which it is not sure that nothing is newer.</summary>
    private Task LoadInTheEndAsync(string key, string value) => RedisServer.WaitAsync(
        async () =>
        {
            TierWriteStatus status = await Tier.SetAsync(Encoding.UTF8.GetBytes(key), Sequence(value), new EntryOptions { Timestamp = NextTimestamp() }, Token);
            AssertEnded(status, mayStandBack: true, mustStandBack: false);
            return status == TierWriteStatus.Done;
        },
        "a load that is kept");

    private long NextTimestamp() => (_timestamps ??= new HybridClock(Clock)).Next();

    private async Task AssertReadsAsync(string key, string? value)
    {
        var destination = new ArrayBufferWriter<byte>();
        TierRead read = await Tier.GetAsync(Encoding.UTF8.GetBytes(key), destination, Token);
        if (value is null || !Keeps)
            Assert.Equal(TierReadStatus.Miss, read.Status);
        else
            AssertHit(Encoding.UTF8.GetBytes(value), read, destination);
    }
}
