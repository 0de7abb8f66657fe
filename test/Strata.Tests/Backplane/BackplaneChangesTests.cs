using Strata.Entries;
using Strata.Keys;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Xunit;

namespace Strata.Tests.Backplane;

/// <summary>What one node changes, the other no longer serves once it has heard of it.</summary>
public sealed class BackplaneChangesTests : BackplaneFixture
{
    public static TheoryData<string, Action<TieredCache>> Changes => new()
    {
        { "set", static cache => cache.Set("ns:k", 2) },
        { "set of a span", static cache => cache.Set("ns:k"u8, 2) },
        { "set without tiers", static cache => cache.Set("ns:k", 2, new EntryPolicy { Access = TierAccess.SkipTierWrite }) },
        { "set of text", static cache => cache.Set("ns:k", "2") },
        { "set, async", static cache => cache.SetAsync("ns:k", 2).AsTask().Wait() },
        { "remove", static cache => cache.Remove("ns:k") },
        { "remove, async", static cache => cache.RemoveAsync("ns:k").AsTask().Wait() },
        { "set many", static cache => cache.SetMany(Entries("ns:k", "x")) },
        { "set many without tiers", static cache => cache.SetMany(Entries("ns:k", "x"), new EntryPolicy { Access = TierAccess.SkipTierWrite }) },
        { "remove many", static cache => cache.RemoveMany(Keys("ns:k", "x")) },
        { "exchange", static cache => Assert.True(cache.CompareExchange("ns:k", 3, VersionOf(cache)).IsExchanged) },
        { "update", static cache => cache.Update("ns:k", 0, static (int value, int _) => value + 1) },
        { "tag", static cache => cache.RemoveByTag("t") },
        { "any tag", static cache => cache.RemoveByAnyTag("z", "t") },
        { "all tags", static cache => cache.RemoveByAllTags("t", "u") },
        { "tag, async", static cache => cache.RemoveByTagAsync("t").AsTask().Wait() },
        { "prefix", static cache => cache.RemoveByPrefix("ns:") },
        { "pattern", static cache => cache.RemoveByPattern("*:?") },
        { "namespace", static cache => cache.Clear(new CacheNamespace("ns")) },
        { "clear", static cache => cache.Clear() },
    };

    [Theory]
    [MemberData(nameof(Changes), DisableDiscoveryEnumeration = true)]
    public void Change_OfOneNode_EndsTheCopyOfTheOther(string what, Action<TieredCache> change)
    {
        EntryOptions tagged = new() { Tags = ["t", "u"], Policy = new EntryPolicy { IsVersioned = true } };
        A.Set("ns:k", 1, tagged);
        Deliver();
        B.Set("other", 1);
        Deliver();
        B.GetOrAdd("ns:k", 0, static (_, _) => 1, tagged);
        Assert.True(A.TryGet("ns:k", out int _), what);
        EntryPolicy memory = new() { Access = TierAccess.SkipTierRead };
        Assert.Equal(1, B.GetOrAdd("ns:k", 0, static (_, _) => -1, memory));
        change(A);
        Assert.Equal(1, B.GetOrAdd("ns:k", 0, static (_, _) => -1, memory));
        Deliver();
        Assert.Equal(-1, B.GetOrAdd("ns:k", 0, static (_, _) => -1, memory));
        Assert.Equal(0, Of(B).Suspicions);
        if (what != "clear")
            Assert.Equal(1, B.GetOrAdd("other", 0, static (_, _) => -1, memory));
    }

    [Fact]
    public void Add_OfAKeyThatIsThere_PublishesNothing()
    {
        A.Set("k", 1);
        long published = Of(A).PublishedChanges;
        Assert.False(A.Add("k", 2));
        Assert.Equal(published, Of(A).PublishedChanges);
        Assert.True(A.Add("new", 2));
        Assert.Equal(published + 1, Of(A).PublishedChanges);
    }

    /// <summary>A node's own messages come back to it, and must not end what it has just written.</summary>
    [Fact]
    public void Set_ThenItsOwnMessage_StaysInMemory()
    {
        A.Set("k", 1);
        Deliver();
        Assert.Equal(1, A.GetOrAdd("k", 0, static (_, _) => -1, new EntryPolicy { Access = TierAccess.SkipTierRead }));
    }

    /// <summary>The order that counts: who hears of a change and reads the shared tier at once finds it there.</summary>
    [Fact]
    public async Task Set_WhileTheSharedTierIsStillWriting_IsNotPublishedYet()
    {
        A.Set("k", 1);
        Deliver();
        Assert.True(B.TryGet("k", out int _));
        long published = Of(A).Published;
        Shared.Hold();
        Task<bool> setting = A.SetAsync("k", 2).AsTask();
        Assert.Equal(published, Of(A).Published);
        Shared.Release();
        Assert.True(await setting);
        Deliver();
        Assert.True(B.TryGet("k", out int value));
        Assert.Equal(2, value);
    }

    /// <summary>A load that began before the change must not bring the old value back after it.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("key")]
    [InlineData("tag")]
    [InlineData("prefix")]
    [InlineData("suspicion")]
    public async Task Change_DuringALoadOfTheOtherNode_IsNotUndoneByIt(string what)
    {
        var source = new TaskCompletionSource<int>();
        Task<int> loading = B.GetOrAddAsync("k", source, static (source, _) => new ValueTask<int>(source.Task), new EntryOptions { Tags = ["t"] }).AsTask();
        switch (what)
        {
            case "key":
                A.Set("k", 2);
                break;
            case "tag":
                A.RemoveByTag("t");
                break;
            case "prefix":
                A.RemoveByPrefix("k");
                break;
            default:
                EndB.Disconnect();
                EndB.Reconnect();
                break;
        }

        Deliver();
        source.SetResult(1);
        Assert.Equal(1, await loading);
        Assert.Equal(2, B.GetOrAdd("k", 0, static (_, _) => 2));
    }

    /// <summary>A tier of this node alone has what the others have changed, too.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData("key")]
    [InlineData("tag")]
    [InlineData("clear")]
    [InlineData("suspicion")]
    public async Task Change_OfOneNode_EndsTheCopyInATierOfTheOtherAlone(string what)
    {
        var own = new FaultyTier(Time, "own", TierTraits.None);
        var end = Bus.Join();
        TieredCache c = Create(end, 3, null, own);
        Deliver();
        c.Set("k", 1, new EntryOptions { Tags = ["t"] });
        Deliver();
        Assert.Equal(1, own.Count);
        own.Hold();
        switch (what)
        {
            case "key":
                A.Remove("k");
                break;
            case "tag":
                A.RemoveByTag("t");
                break;
            case "clear":
                A.Clear();
                break;
            default:
                await Shared.ClearAsync(Token);
                end.Disconnect();
                end.Reconnect();
                break;
        }

        Deliver();

        // The own tier is still to be asked to forget it, and until then is not asked for it.
        Assert.Equal(2, c.GetOrAdd("k", 0, static (_, _) => 2, new EntryOptions { Tags = ["t"] }));
        own.Release();
        await UntilAsync(() => own.Peek("k"u8) is null || own.Marks == 1);
    }

    [Fact]
    public void Dispose_OfANode_EndsWhatItHears()
    {
        B.Dispose();
        A.Set("k", 1);
        Announce();
        Assert.Equal(0, Of(A).PublishFailures);
    }

    private static EntryBatch Entries(params string[] keys)
    {
        var batch = new EntryBatch();
        foreach (string key in keys)
            batch.Add(key, "2345"u8);
        return batch;
    }

    private static KeyBatch Keys(params string[] keys)
    {
        var batch = new KeyBatch();
        foreach (string key in keys)
            batch.Add(key);
        return batch;
    }

    private static long VersionOf(TieredCache cache)
    {
        Assert.True(cache.TryGet("ns:k", out int _, out long version));
        return version;
    }
}
