using System.Buffers;
using Strata.Files.Stress;
using Strata.Files.Tests.Support;
using Strata.Tiers;
using Strata.Warming;
using Xunit;

namespace Strata.Files.Tests;

/// <summary>A process that writes is killed, again and again, on a real file system.</summary>
public sealed class KillTests
{
    private const int Rounds = 50;

    [Fact]
    public async Task Reopen_AfterTheWriterWasKilled_FindsWhatWasFlushedAndNothingWrong()
    {
        using var directory = new TempDirectory();
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        KillReport report = await KillRun.RunAsync(directory.Path, Rounds, seed);
        Assert.True(report.IsGood, $"seed {seed}: {report}");
        Assert.Equal(Rounds, report.Rounds);
    }

    [Fact]
    public async Task WarmFromAsync_AfterTheWriterWasKilled_BringsAllThatTheFilesHave()
    {
        const int WarmRounds = 3, MostKeys = 50 * KillHistory.BatchKeys;
        using var directory = new TempDirectory();
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        await KillRun.RunAsync(directory.Path, WarmRounds, seed);
        await using var files = new FileTier(directory.Path, KilledWriter.Options);
        using var cache = new TieredCache(new TieredCacheOptions { CapacityBytes = 128 << 20, Tiers = { files } });
        WarmFromProgress end = await cache.WarmFromAsync(files, cancellationToken: TestContext.Current.CancellationToken);
        int found = 0;
        for (int of = 0; of < WarmRounds * MostKeys; of++)
        {
            byte[] key = KillHistory.Key(1 + of / MostKeys, of % MostKeys);
            var there = new ArrayBufferWriter<byte>();
            var behind = new ArrayBufferWriter<byte>();
            TierRead read = await ((ICacheTier)files).GetAsync(key, behind, TestContext.Current.CancellationToken);
            Assert.Equal(read.Status == TierReadStatus.Hit, cache.TryGet(key, there));
            Assert.True(there.WrittenSpan.SequenceEqual(behind.WrittenSpan), $"seed {seed}: key {of} differs.");
            found += read.Status == TierReadStatus.Hit ? 1 : 0;
        }

        // Memory has answered each time.
        Assert.Equal(0, cache.GetStatistics().TierHits);
        Assert.InRange(found, 1, end.Fresh);
    }
}
