using System.Runtime.CompilerServices;
using System.Text;
using Strata.Entries;
using Strata.Files.Segments;
using Strata.Files.Tests.Simulation;
using Strata.Files.Tests.Support;
using Strata.Payloads.Encryption;
using Strata.Payloads.Envelopes;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.Tiers;
using Strata.Warming;
using Xunit;
using static Strata.Files.Tests.Support.TinyStore;

namespace Strata.Files.Tests;

/// <summary>A cache whose memory is filled from the files of a former run.</summary>
public sealed class WarmRestartTests : IDisposable
{
    private const int ValueBytes = 10_000;

    private static readonly EntryPolicy InMemory = new() { StaleGrace = TimeSpan.FromHours(1), Access = TierAccess.SkipTierRead | TierAccess.SkipTierWrite };
    private static readonly WarmFromOptions WithGrace = new() { Entry = new EntryPolicy { StaleGrace = TimeSpan.FromHours(1) } };

    private readonly TempDirectory _directory = new();
    private readonly ManualTimeProvider _time = new();
    private readonly EncryptionKeyRing _ring = new(1, TestBytes.Value(1, 32));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ring.Dispose();
        _directory.Dispose();
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WarmFromAsync_OfTrustedEntries_FillsMemoryWithTheLast(bool isEncrypted)
    {
        // 20 MB in three segments, and memory for half of it.
        const int Count = 2_000;
        await RunAsync(RecoveredEntries.Trusted, isEncrypted, async (cache, _, files) =>
        {
            for (int i = 0; i < Count; i++)
            {
                cache.Set($"k:{i}", Text(i));
                if (i % 500 == 0)
                    Assert.True(await files.FlushAsync(cancellationToken: Token));
            }

            cache.Set("k:10", Text(-10));
            cache.Remove("k:1999");
        });
        await RunAsync(RecoveredEntries.Trusted, isEncrypted, async (cache, tier, _) =>
        {
            WarmFromProgress end = await cache.WarmFromAsync(tier, cancellationToken: Token);
            Assert.InRange(end.Fresh, 800, 1_100);
            Assert.Equal((end.Fresh, 0, 0), (end.Done, end.Stale, end.Failed));
            Assert.Equal(Text(-10), Get(cache, 10));
            Assert.Null(Get(cache, 1_999));
            for (int i = 1_998; i > Count - end.Fresh + 5; i--)
                Assert.Equal(Text(i), Get(cache, i));
            // Memory alone has answered so far; what is older, the files have.
            Assert.Equal(0, cache.GetStatistics().TierHits);
            Assert.Equal(Text(0), Get(cache, 0));
            Assert.Equal(1, cache.GetStatistics().TierHits);
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task WarmFromAsync_OfTrustedEntries_KeepsWhatIsLeftOfTheirTime()
    {
        await RunAsync(RecoveredEntries.Trusted, false, (cache, _, _) =>
        {
            cache.Set("k:0", Text(0), TimeSpan.FromMinutes(10));
            cache.Set("k:1", Text(1), TimeSpan.FromMinutes(1));
            return Task.CompletedTask;
        });
        _time.Advance(TimeSpan.FromMinutes(6));
        await RunAsync(RecoveredEntries.Trusted, false, async (cache, tier, _) =>
        {
            WarmFromProgress end = await cache.WarmFromAsync(tier, cancellationToken: Token);
            Assert.Equal((1, 1), (end.Fresh, end.Done));
            _time.Advance(TimeSpan.FromMinutes(3));
            Assert.Equal(Text(0), Get(cache, 0));
            _time.Advance(TimeSpan.FromMinutes(2));
            Assert.Null(Get(cache, 0));
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task WarmFromAsync_OfRecoveredEntries_LoadsThemAnewAndServesThemWhenThatFails()
    {
        await RunAsync(RecoveredEntries.Stale, false, (cache, _, _) =>
        {
            for (int i = 0; i < 3; i++)
                cache.Set($"k:{i}", Text(i), TimeSpan.FromHours(3));
            return Task.CompletedTask;
        });
        await RunAsync(RecoveredEntries.Stale, false, async (cache, tier, _) =>
        {
            cache.Set("k:9", Text(9));
            cache.Set("k:9", Text(9), new EntryPolicy { Access = TierAccess.SkipMemoryWrite });
            WarmFromProgress end = await cache.WarmFromAsync(tier, cancellationToken: Token);
            Assert.Equal((3, 1, 4), (end.StaleSkipped, end.Fresh, end.Done));
            Assert.Throws<IOException>(() => cache.GetOrAdd("k:0", static _ => throw new IOException(), InMemory));
            end = await cache.WarmFromAsync(tier, WithGrace, cancellationToken: Token);
            Assert.Equal((3, 1, 4), (end.Stale, end.AlreadyThere, end.Done));
            Assert.Null(Get(cache, 0));
            Assert.Equal(Text(100), cache.GetOrAdd("k:0", static _ => Text(100), InMemory));
            Assert.Equal(Text(1), cache.GetOrAdd("k:1", static _ => throw new IOException(), InMemory));
            _time.Advance(TimeSpan.FromHours(1));
            Assert.Throws<IOException>(() => cache.GetOrAdd("k:2", static _ => throw new IOException(), InMemory));
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task WarmFromAsync_OfADamagedRecord_LeavesItOut()
    {
        await RunAsync(RecoveredEntries.Trusted, false, (cache, _, _) =>
        {
            for (int i = 0; i < 10; i++)
                cache.Set($"k:{i}", Text(i));
            return Task.CompletedTask;
        });
        foreach (string path in Directory.EnumerateFiles(_directory.Path, "*.segment"))
        {
            byte[] bytes = await File.ReadAllBytesAsync(path, Token);
            int at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Text(7)));
            if (at < 0)
                continue;
            bytes[at + 100] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, Token);
        }

        await RunAsync(RecoveredEntries.Trusted, false, async (cache, tier, files) =>
        {
            WarmFromProgress end = await cache.WarmFromAsync(tier, cancellationToken: Token);
            Assert.Equal((9, 1, 10), (end.Fresh, end.Gone, end.Done));
            Assert.Equal(1, files.GetStatistics().CorruptRecords);
            Assert.Null(Get(cache, 7));
        });
    }

    [Fact(Timeout = 60_000)]
    public async Task WarmFromAsync_DuringRecovery_WaitsForIt()
    {
        SimulatedDisk disk = await WrittenAsync(300);
        using var files = new FileTier(Options(64, _time), disk.Open());
        using TieredCache cache = Over(files);
        Task<WarmFromProgress> warming = cache.WarmFromAsync(files, cancellationToken: Token);
        Assert.True(files.Store.RecoverNext());
        Assert.False(files.IsRecovered);
        // The cache serves meanwhile.
        Assert.Equal(1, cache.GetOrAdd("other", static _ => 1));
        Assert.False(warming.IsCompleted);
        files.Store.Recover();
        Assert.Equal(300, (await warming).Fresh);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("set")]
    [InlineData("remove")]
    [InlineData("clear")]
    [InlineData("tag")]
    public async Task WarmFromAsync_WhileTheEntryChangesBehindItsRead_DoesNotBringItBack(string change)
    {
        SimulatedDisk disk = await WrittenAsync(1);
        using var files = new FileTier(Options(64, _time), disk.Open());
        var tier = new HookedTier(files);
        using TieredCache cache = Over(tier);
        files.Store.Recover();
        tier.AfterReads = () => Change(cache, change);
        WarmFromProgress end = await cache.WarmFromAsync(tier, cancellationToken: Token);
        Assert.Equal((0, 1), (end.Fresh, end.Done));
        Assert.Equal(change == "set" ? "new" : null, cache.TryGet(Key(0), out string? value) ? value : null);
    }

    [Fact(Timeout = 60_000)]
    public async Task WarmFromAsync_WhileSegmentsAreEmptied_BringsWhatIsTrueOrNothing()
    {
        SimulatedDisk disk = await WrittenAsync(300);
        using var files = new FileTier(Options(16, _time), disk.Open());
        var tier = new HookedTier(files);
        using TieredCache cache = Over(tier);
        files.Store.Recover();
        int reads = 0;
        void Turn()
        {
            tier.AfterReads = Turn;
            reads++;
            // A part of a segment more, over keys that are there: what is listed is emptied and written anew.
            for (int i = 0; i < 30; i++)
            {
                cache.Set(Key(reads * 4 + i), $"new:{reads}", new EntryPolicy { Access = TierAccess.SkipMemoryWrite });
                files.Store.Pump(isFlush: false);
            }
        }

        tier.AfterReads = Turn;
        WarmFromProgress end = await cache.WarmFromAsync(tier, new() { BatchKeys = 4, MaxParallelism = 1 }, cancellationToken: Token);
        Assert.True(reads >= 20 && files.GetStatistics().Reclaims > 0, $"{reads} reads, {files.GetStatistics().Reclaims} reclaims");
        Assert.InRange(end.Fresh, 1, 600);
        Assert.Equal(0, files.GetStatistics().CorruptRecords);
        int there = 0;
        for (int i = 0; i < 300; i++)
        {
            long behind = cache.GetStatistics().TierHits;
            if (!cache.TryGet(Key(i), out string? value) || cache.GetStatistics().TierHits != behind)
                continue;
            there++;
            Assert.Equal(TierReadStatus.Hit, TinyStore.Get(files.Store, Key(i), out byte[] now).Status);
            Assert.Equal(Encoding.UTF8.GetString(now), value);
        }

        Assert.InRange(there, 1, 300);
    }

    [Fact(Timeout = 60_000)]
    public async Task ListRecent_BesideWritesAndSealing_ListsEachEntryOnceNewestFirst()
    {
        using var files = new FileTier(Options(64, _time), new SimulatedDisk(1).Open());
        for (int i = 0; i < 700; i++)
        {
            Assert.Equal(TierWriteStatus.Done, await ((ICacheTier)files).SetAsync(Key(i), new(new byte[10]), default, Token));
            files.Store.Pump(isFlush: false);
        }

        var listed = new List<string>();
        await foreach (RecentEntry entry in files.ListRecent()!.WithCancellation(Token))
        {
            listed.Add(Encoding.UTF8.GetString(entry.Key.Span));
            Assert.InRange(entry.ValueBytes, 10, 17);
            // What is open is written and sealed half way through.
            if (listed.Count == 50)
                Assert.True(files.Store.Flush(toDevice: true));
            if (listed.Count == 60)
            {
                for (int i = 1_000; i < 1_200; i++)
                    await ((ICacheTier)files).SetAsync(Key(i), new(new byte[10]), default, Token);
                Assert.True(files.Store.Flush(toDevice: true));
            }
        }

        Assert.Equal([.. Enumerable.Range(0, 700).Reverse().Select(static i => $"key:{i}")], listed);
    }

    [Fact(Timeout = 60_000)]
    public async Task ListRecent_WithACopyOfASegmentThatBeganAnew_KeepsNoReaderFromItsRecords()
    {
        SimulatedDisk disk = await WrittenAsync(300);
        using var files = new FileTier(Options(16, _time), disk.Open());
        files.Store.Recover();
        await using IAsyncEnumerator<RecentEntry> listing = files.ListRecent()!.GetAsyncEnumerator(Token);
        Assert.True(await listing.MoveNextAsync());
        for (int i = 0; i < 2_000; i++)
        {
            await ((ICacheTier)files).SetAsync(Key(i), new(Encoding.UTF8.GetBytes($"new:{i}")), default, Token);
            files.Store.Pump(isFlush: true);
        }

        Assert.True(files.GetStatistics().Reclaims > 16);
        long entries = files.GetStatistics().Entries;
        Assert.Equal(entries, Enumerable.Range(0, 2_000).Count(i => TinyStore.Get(files.Store, Key(i), out byte[] value).Status == TierReadStatus.Hit && value.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes($"new:{i}"))));
        Assert.Equal(0, files.GetStatistics().CorruptRecords);
    }

    [Fact(Timeout = 60_000)]
    public async Task Get_WithCopiesThatAreNoneOfTheSegments_FindsTheFile()
    {
        SimulatedDisk disk = await WrittenAsync(300);
        using var files = new FileTier(Options(64, _time), disk.Open());
        files.Store.Recover();
        Segment segment = SegmentsOf(files.Store).OfType<Segment>().First(each => each.LiveCount > 0);
        byte[] key = Enumerable.Range(0, 300).Select(Key).First(IsThere);
        // A listing may begin, and its array be another's, between any two looks of one read.
        byte[] foreign = new byte[Seg];
        bool isDone = false;
        Task lister = Task.Factory.StartNew(
            () =>
            {
                while (!Volatile.Read(ref isDone))
                    segment.Image = foreign;
            },
            Token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        // As often as both were at work at once: a read drops the copy that it looked at.
        try
        {
            for (int met = 0; met < 2_000 && !Token.IsCancellationRequested;)
            {
                TierReadStatus status = TinyStore.Get(files.Store, key, out _).Status;
                met += segment.Image is null ? 0 : 1;
                if (status != TierReadStatus.Hit)
                    break;
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
            await lister;
        }

        Assert.Equal(TierReadStatus.Hit, TinyStore.Get(files.Store, key, out _).Status);
        Assert.Equal(0, files.GetStatistics().CorruptRecords);

        bool IsThere(byte[] key)
        {
            segment.Image = new byte[Seg];
            TinyStore.Get(files.Store, key, out _);
            return segment.Image is null;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task ListRecent_OfATierThatIsDisposedMeanwhile_Throws()
    {
        SimulatedDisk disk = await WrittenAsync(300);
        using var files = new FileTier(Options(64, _time), disk.Open());
        files.Store.Recover();
        await using IAsyncEnumerator<RecentEntry> listing = files.ListRecent()!.GetAsyncEnumerator(Token);
        Assert.True(await listing.MoveNextAsync());
        files.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            while (await listing.MoveNextAsync())
            {
            }
        });
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_segments")]
    private static extern ref Segment?[] SegmentsOf(SegmentStore store);

    private static void Change(TieredCache cache, string change)
    {
        switch (change)
        {
            case "set":
                cache.Set(Key(0), "new");
                break;
            case "remove":
                cache.Remove(Key(0));
                break;
            case "clear":
                cache.Clear();
                break;
            default:
                cache.RemoveByTag("t");
                break;
        }
    }

    private static string Text(int i) => $"{i}:".PadRight(ValueBytes, 'x');

    private static string? Get(TieredCache cache, int i) => cache.TryGet($"k:{i}", out string? value) ? value : null;

    private TieredCache Over(ICacheTier tier) => new(new TieredCacheOptions { CapacityBytes = 12 << 20, TimeProvider = _time, BackgroundMaintenance = false, Tiers = { tier } });

    /// <summary>A disk with small entries of one tag, closed.</summary>
    private async Task<SimulatedDisk> WrittenAsync(int count)
    {
        var disk = new SimulatedDisk(1);
        using var files = new FileTier(Options(64, _time), disk.Open());
        for (int i = 0; i < count; i++)
        {
            await ((ICacheTier)files).SetAsync(Key(i), new(Encoding.UTF8.GetBytes($"old:{i}")), new EntryOptions { Tags = ["t"] }, Token);
            files.Store.Pump(isFlush: false);
        }

        return disk;
    }

    /// <summary>One run of an application: its cache and its tier, opened and closed.</summary>
    private async Task RunAsync(RecoveredEntries recovered, bool isEncrypted, Func<TieredCache, ICacheTier, FileTier, Task> run)
    {
        await using var files = new FileTier(_directory.Path, new FileTierOptions { CapacityBytes = 64L << 20, TimeProvider = _time, RecoveredEntries = recovered });
        ICacheTier tier = isEncrypted ? new EnvelopedTier(files, new EnvelopeOptions { TimeProvider = _time, EncryptionKeys = _ring }) : files;
        using TieredCache cache = Over(tier);
        await run(cache, tier, files);
    }
}
