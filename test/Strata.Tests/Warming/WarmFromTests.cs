using System.Buffers;
using Strata.Backplane;
using Strata.Entries;
using Strata.Stacking;
using Strata.TestKit.Tiers;
using Strata.Tiers;
using Strata.Warming;
using Xunit;

namespace Strata.Tests.Warming;

public sealed class WarmFromTests() : CacheFixture(tiersBehind: 1)
{
    private static readonly EntryPolicy InMemory = new() { Access = TierAccess.SkipTierRead };
    private static readonly EntryPolicy WithGrace = new() { StaleGrace = TimeSpan.FromMinutes(5) };

    private FaultyTier Tier => Behind[0];

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_OfAFullTier_FillsTheShareWithTheNewest()
    {
        for (int i = 0; i < 400; i++)
            await PutAsync($"k:{i}", new byte[10_000]);
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, new() { MemoryShare = 0.5, MaxParallelism = 1 }, cancellationToken: Token);
        // Half of 4 MiB are some 200 of them.
        Assert.InRange(end.Fresh, 150, 220);
        Assert.Equal((end.Fresh, end.Fresh * 10_005), (end.Done, end.Bytes));
        Assert.Equal((true, false), (Has("k:399"), Has("k:0")));
        Assert.Equal(end.Fresh, Enumerable.Range(0, 400).Count(i => Has($"k:{i}")));
        Assert.True(Has($"k:{400 - end.Fresh}"));
        Assert.Equal((0, 0), (Cache.GetStatistics().TierHits, Cache.GetStatistics().LoadsInFlight));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_OfEntriesWithATimeToLive_KeepsWhatIsLeftOfIt()
    {
        await PutAsync("short", [1], TimeSpan.FromMinutes(10));
        await PutAsync("long", [2]);
        Time.Advance(TimeSpan.FromMinutes(8));
        Cache.Set("there", "newer"u8, InMemory with { Access = TierAccess.SkipTierWrite });
        await PutAsync("there", [3]);
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, cancellationToken: Token);
        Assert.Equal((2, 1), (end.Fresh, end.AlreadyThere));
        Assert.Equal((true, true, 5), (Has("short"), Has("long"), Length("there")));
        Time.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal((false, true), (Has("short"), Has("long")));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_OfStaleEntriesWithAGrace_MakesThemStaleInMemory()
    {
        await PutAsync("a", [7], TimeSpan.FromHours(1));
        await PutAsync("b", [7], TimeSpan.FromMinutes(1));
        await Tier.MarkStaleAsync(Token);
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, new() { Entry = WithGrace }, cancellationToken: Token);
        Assert.Equal((0, 2), (end.Fresh, end.Stale));
        await Tier.ClearAsync(Token);
        Tier.ReadFault = TierReadStatus.Faulted;
        Assert.False(Has("a"));
        Assert.Equal(7, Load("a", static () => throw new IOException()));
        // The retry delay of the policy has the stale value served without another try.
        Assert.True(Has("a"));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Throws<IOException>(() => Load("b", static () => throw new IOException()));
        Assert.Equal(7, Load("a", static () => throw new IOException()));
        Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(8, Load("a", static () => 8));
        Assert.Equal(8, Load("a", static () => 9));

        int Load(string key, Func<byte> make) => Cache.GetOrAdd(key, make, static (make, _) => make(), WithGrace);
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_OfStaleEntries_AreOverAtTheEndOfTheirGrace()
    {
        await PutAsync("a", [7]);
        await Tier.MarkStaleAsync(Token);
        await Cache.WarmFromAsync(Tier, new() { Entry = WithGrace }, cancellationToken: Token);
        Tier.ReadFault = TierReadStatus.Faulted;
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Throws<IOException>(() => Cache.GetOrAdd<byte>("a", static _ => throw new IOException(), WithGrace));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_OfStaleEntriesWithoutAGrace_LeavesThemOut()
    {
        await PutAsync("a", [7]);
        await Tier.MarkStaleAsync(Token);
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, cancellationToken: Token);
        Assert.Equal((1, 1), (end.StaleSkipped, end.Done));
        Assert.Equal(0, Cache.GetStatistics().EntryCount);
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_OfATierThatDoesNotAnswer_CountsFailures()
    {
        for (int i = 0; i < 5; i++)
            await PutAsync($"k:{i}", [1]);
        Tier.ReadFault = TierReadStatus.Faulted;
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, cancellationToken: Token);
        Assert.Equal((5, 5), (end.Failed, end.Done));
        Tier.ReadFault = null;
        Tier.TimeLeft = TimeSpan.Zero;
        await Tier.MarkStaleAsync(Token);
        Time.Advance(TimeSpan.FromMinutes(1));
        end = await Cache.WarmFromAsync(Tier, new() { Entry = WithGrace }, cancellationToken: Token);
        Assert.Equal((0, 0), (end.Fresh, end.Stale));
    }

    /// <summary>What happens to a key between the read of its value and its publication in memory.</summary>
    public static TheoryData<string> Changes => ["set", "set, memory only", "remove", "clear", "tag", "prefix", "load that is not kept", "lookup", "add"];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Changes))]
    public async Task WarmFromAsync_OvertakenBy_DoesNotBringTheFormerValueBack(string change)
    {
        await PutAsync("k:1", [1]);
        Tier.AfterRead = () => Change(change);
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, cancellationToken: Token);
        Assert.Null(Tier.AfterRead);
        Assert.Equal((0, 1), (end.Fresh, end.Done));
        // Who looked has brought the value forward himself.
        Assert.Equal(change == "lookup" ? 1 : change.StartsWith("set", StringComparison.Ordinal) || change == "add" ? 2 : null, InMemoryOf(Cache, "k:1"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WarmFromAsync_WhileTheValueIsWrittenAndDroppedAgain_DoesNotBringTheFormerValueBack(bool isLoad)
    {
        await PutAsync("k:1", [1]);
        Tier.AfterRead = () =>
        {
            // What is in memory for a moment only leaves nothing there that would be in the copy's way.
            EntryPolicy policy = new() { Access = TierAccess.SkipTierRead, Ttl = TimeSpan.FromMilliseconds(1) };
            if (isLoad)
                Cache.GetOrAdd<byte>("k:1", static _ => 2, policy);
            else
                Cache.Set<byte>("k:1", 2, policy);
            Time.Advance(TimeSpan.FromSeconds(1));
        };
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, cancellationToken: Token);
        Assert.Equal((0, 1), (end.Fresh, end.Gone));
        Assert.False(Has("k:1"));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_WhileARemovalIsOnItsWayToTheTier_BringsNothingBack()
    {
        await PutAsync("k:1", [1]);
        WarmFromProgress end = default;
        Tier.BeforeRemoval = () => end = Cache.WarmFromAsync(Tier, cancellationToken: Token).GetAwaiter().GetResult();
        Cache.Remove("k:1");
        Assert.Equal((1, 1), (end.AlreadyThere, end.Done));
        Assert.False(Has("k:1"));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_BesideALoadOfTheKey_LeavesItToTheLoad()
    {
        await PutAsync("k:1", [1]);
        var gate = new TaskCompletionSource<byte>();
        Task<byte> loading = Cache.GetOrAddAsync("k:1", gate.Task, static async (gate, _) => await gate, InMemory, Token).AsTask();
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, cancellationToken: Token);
        Assert.Equal((1, 1), (end.AlreadyThere, end.Done));
        gate.SetResult(2);
        Assert.Equal(2, await loading);
        Assert.Equal(2, Cache.GetOrAdd<byte>("k:1", static _ => 3));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_WhileTheTierIsSlow_HoldsNobodyUp()
    {
        await PutAsync("k:1", [1]);
        Task<WarmFromProgress>? warming = null;
        using var isRead = new ManualResetEventSlim();
        using var goesOn = new ManualResetEventSlim();
        Tier.AfterRead = () =>
        {
            isRead.Set();
            goesOn.Wait(Token);
        };
        warming = Task.Run(() => Cache.WarmFromAsync(Tier, cancellationToken: Token), Token);
        isRead.Wait(Token);
        // Loads, lookups and writes of the very key go their way meanwhile.
        Assert.Equal(1, Cache.GetOrAdd<byte>("k:1", static _ => 9));
        Assert.True(Cache.Set<byte>("k:1", 2));
        Assert.True(Cache.TryGet("k:1", out byte now) && now == 2);
        goesOn.Set();
        Assert.Equal(0, (await warming).Fresh);
        Assert.True(Cache.TryGet("k:1", out now) && now == 2);
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_WhileAnotherNodeChangesTheKey_DoesNotBringTheFormerValueBack()
    {
        var backplane = new InProcessBackplane();
        using TieredCache here = OnBackplane(backplane), there = OnBackplane(backplane);
        await PutAsync("k:1", [1]);
        here.Set<byte>("marker", 1, new EntryPolicy { Access = TierAccess.SkipTierWrite });
        Tier.AfterRead = () =>
        {
            there.Set<byte>("k:1", 2);
            there.Set<byte>("marker", 2);
            SpinWait.SpinUntil(() => here.GetStatistics().EntryCount == 0, TimeSpan.FromSeconds(20));
        };
        WarmFromProgress end = await here.WarmFromAsync(Tier, cancellationToken: Token);
        Assert.Equal((0, 1), (end.Fresh, end.Gone));
        Assert.Null(InMemoryOf(here, "k:1"));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_ThenAnyTagInvalidated_RemovesWhatWasBrought()
    {
        await PutAsync("k:1", [1]);
        Assert.Equal(1, (await Cache.WarmFromAsync(Tier, cancellationToken: Token)).Fresh);
        Cache.RemoveByTag("whatever");
        Assert.False(Has("k:1"));
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_Cancelled_EndsAndKeepsWhatIsThere()
    {
        for (int i = 0; i < 10; i++)
            await PutAsync($"k:{i}", [1]);
        using var cancellation = new CancellationTokenSource();
        var progress = new Reports(report =>
        {
            if (report.Done >= 4)
                cancellation.Cancel();
            Time.Advance(TimeSpan.FromSeconds(1));
        });
        Tier.AfterRead = () => Time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.WarmFromAsync(Tier, new() { BatchKeys = 2, MaxParallelism = 1 }, progress, cancellation.Token));
        Assert.Equal(4, Enumerable.Range(0, 10).Count(i => Has($"k:{i}")));
        Assert.Equal(0, Cache.GetStatistics().LoadsInFlight);
    }

    [Fact(Timeout = 30_000)]
    public async Task WarmFromAsync_Progress_ComesAtTheEnd()
    {
        await PutAsync("k:1", [1]);
        var reports = new List<WarmFromProgress>();
        WarmFromProgress end = await Cache.WarmFromAsync(Tier, progress: new Reports(reports.Add), cancellationToken: Token);
        Assert.Equal([end], reports);
    }

    [Fact]
    public async Task WarmFromAsync_OfWhatCannotBe_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Cache.WarmFromAsync(null!));
        ArgumentException unknown = await Assert.ThrowsAsync<ArgumentException>(() => Cache.WarmFromAsync(new FaultyTier(name: "other")));
        Assert.Contains("'other'", unknown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Cache.WarmFromAsync(Tier, new() { Entry = InMemory }));
        await Assert.ThrowsAsync<ArgumentException>(() => Cache.WarmFromAsync(Tier, new() { Entry = new EntryPolicy { Access = TierAccess.SkipMemoryWrite } }));
        var silent = new EnvelopedTier(NullTier.Instance);
        var written = new FaultyTier();
        var options = new TieredCacheOptions { CapacityBytes = 4 << 20, Tiers = { silent } };
        options.AddTier(written, new TierOptions { IsRead = false });
        using var cache = new TieredCache(options);
        await Assert.ThrowsAsync<NotSupportedException>(() => cache.WarmFromAsync(silent));
        await Assert.ThrowsAsync<ArgumentException>(() => cache.WarmFromAsync(written));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmFromOptions { MemoryShare = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmFromOptions { MemoryShare = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmFromOptions { MaxParallelism = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WarmFromOptions { BatchKeys = 0 });
        cache.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => cache.WarmFromAsync(silent));
    }

    private TieredCache OnBackplane(InProcessBackplane backplane) => new(new TieredCacheOptions { CapacityBytes = 4 << 20, Backplane = new() { Transport = backplane }, Tiers = { Tier } });

    private async Task PutAsync(string key, byte[] value, TimeSpan? ttl = null) =>
        Assert.Equal(TierWriteStatus.Done, await Tier.SetAsync(System.Text.Encoding.UTF8.GetBytes(key), new ReadOnlySequence<byte>(value), new EntryOptions { Ttl = ttl }, Token));

    private bool Has(string key) => Length(key) >= 0;

    /// <summary>The length of what memory returns of a key.</summary>
    private int Length(string key)
    {
        (TierReadStatus? former, Tier.ReadFault) = (Tier.ReadFault, TierReadStatus.Miss);
        var to = new ArrayBufferWriter<byte>();
        bool isHit = Cache.TryGet(key, to);
        Tier.ReadFault = former;
        return isHit ? to.WrittenCount : -1;
    }

    private int? InMemoryOf(TieredCache cache, string key)
    {
        Tier.ReadFault = TierReadStatus.Miss;
        return cache.TryGet(key, out byte value) ? value : null;
    }

    private void Change(string change)
    {
        switch (change)
        {
            case "set":
                Cache.Set<byte>("k:1", 2);
                break;
            case "set, memory only":
                Cache.Set<byte>("k:1", 2, new EntryPolicy { Access = TierAccess.SkipTierWrite });
                break;
            case "remove":
                Cache.Remove("k:1");
                break;
            case "clear":
                Cache.Clear();
                break;
            case "tag":
                Cache.RemoveByTag("t");
                break;
            case "prefix":
                Cache.RemoveByPrefix("k:");
                break;
            case "load that is not kept":
                Assert.Equal(2, Cache.GetOrAdd<byte>("k:1", static load =>
                {
                    load.DoNotStore();
                    return 2;
                }, InMemory));
                break;
            case "lookup":
                Assert.True(Cache.TryGet("k:1", out byte found) && found == 1);
                break;
            case "add":
                Assert.True(Cache.Add<byte>("k:1", 2));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, null);
        }
    }

    private sealed class Reports(Action<WarmFromProgress> report) : IProgress<WarmFromProgress>
    {
        public void Report(WarmFromProgress value) => report(value);
    }
}
