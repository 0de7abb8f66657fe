using Strata.Entries;
using Xunit;

namespace Strata.Tests.Many;

public sealed class SetManyTests : CacheFixture
{
    [Fact]
    public void SetMany_ValuesOfEveryKind_AreKept()
    {
        using var entries = new EntryBatch();
        entries.Add("bytes", "raw"u8);
        entries.Add("text", "words");
        entries.Add($"number:{1}", 5L);
        entries.Add("json", new Product(7, "p", []), TestJson.Default.Product);
        entries.Add("text", "last words");
        Assert.Equal(5, Cache.SetMany(entries, TimeSpan.FromMinutes(1)));
        Assert.True(Cache.TryGet("text", out string? text) && text == "last words");
        Assert.True(Cache.TryGet("number:1", out long number) && number == 5);
        Assert.True(Cache.TryGet("json", TestJson.Default.Product, out Product? product) && product.Id == 7);
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.False(Cache.TryGet("text", out string? _));
        entries.Clear();
        Assert.Equal(0, Cache.SetMany(entries));
    }

    [Fact]
    public void SetMany_ValueTooLong_ThrowsAndKeepsNothing()
    {
        using var entries = new EntryBatch();
        entries.Add("a", 1);
        entries.Add("b", new byte[Cache.MaxValueBytes + 1]);
        Assert.Throws<ArgumentException>(() => Cache.SetMany(entries));
        Assert.False(Cache.TryGet("a", out int _));
    }

    [Fact]
    public void SetMany_WithJitter_DrawsEachLifeByItself()
    {
        using var entries = new EntryBatch();
        for (int i = 0; i < 200; i++)
            entries.Add($"k:{i}", i);
        Cache.SetMany(entries, new EntryPolicy { Ttl = TimeSpan.FromHours(1), Jitter = 0.5 });
        Time.Advance(TimeSpan.FromMinutes(45));
        int left = Enumerable.Range(0, 200).Count(i => Cache.TryGet($"k:{i}", out int _));
        Assert.InRange(left, 1, 199);
    }

    [Fact]
    public void SetMany_PolicyThatLeavesMemoryOut_LeavesNoFormerValue()
    {
        Cache.Set("a", 1);
        using var entries = new EntryBatch();
        entries.Add("a", 2);
        Assert.Equal(1, Cache.SetMany(entries, new EntryPolicy { Access = TierAccess.SkipMemoryWrite }));
        Assert.False(Cache.TryGet("a", out int _));
    }

    [Fact]
    public void SetMany_AndRemoveMany_DuringLoadsOfTheirKeys_Win()
    {
        Cache.GetOrAdd("set", Cache, static (cache, _) =>
        {
            using var entries = new EntryBatch();
            entries.Add("set", 2);
            entries.Add("other", 3);
            cache.SetMany(entries);
            return 1;
        });
        Assert.True(Cache.TryGet("set", out int set) && set == 2);
        Cache.GetOrAdd("removed", Cache, static (cache, _) =>
        {
            using KeyBatch keys = TryGetManyTests.Keys("removed", "other");
            return cache.RemoveMany(keys);
        });
        Assert.False(Cache.TryGet("removed", out int _));
        Assert.Equal(2, Cache.GetStatistics().LoadsNotKept);
    }

    [Fact]
    public async Task Calls_WithoutArguments_Throw()
    {
        Assert.Throws<ArgumentNullException>(() => Cache.SetMany(null!));
        Assert.Throws<ArgumentNullException>(() => Cache.RemoveMany(null!));
        using var keys = new KeyBatch();
        using var entries = new EntryBatch();
        entries.Add("k", 1);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await Cache.SetManyAsync(entries, default, cancelled));
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await Cache.RemoveManyAsync(keys, cancelled));
        Assert.False(Cache.TryGet("k", out int _));
        Cache.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Cache.SetMany(entries));
        Assert.Throws<ObjectDisposedException>(() => Cache.RemoveMany(keys));
    }
}
