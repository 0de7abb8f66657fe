using Strata.Engine.Memory;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>Counters live in lines owned by threads: totals are exact once the threads have finished, however many there were.</summary>
public sealed class CounterTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Statistics_ManyThreadsAtOnce_TotalsAreExact(int threads)
    {
        const int Reads = 500;
        using var subject = new StoreUnderTest();
        byte[] present = "present"u8.ToArray(), absent = "absent"u8.ToArray();
        subject.Set(present, 1, 40);

        Crew.Run(threads, _ =>
        {
            Span<byte> destination = stackalloc byte[40];
            for (int i = 0; i < Reads; i++)
            {
                Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(present, destination, out int _));
                if (i % 5 == 0)
                    Assert.Equal(ReadOutcome.Miss, subject.Store.TryGet(absent, destination, out int _));
            }
        });

        Assert.Equal((long)threads * Reads, subject.Statistics.Hits);
        Assert.Equal((long)threads * Reads / 5, subject.Statistics.Misses);
    }

    [Fact]
    public void MarkLines_AfterAsManySamplesAsItAsksFor_ReadsAreCountedAtOnceAgain()
    {
        var counters = new ThreadCounters();
        Assert.False(counters.TryAdd(ReadCounter.Hit, 1, out ulong page));
        Assert.Equal(0ul, counters.AddElsewhere(ReadCounter.Hit, 1, page));
        Assert.True(counters.TryAdd(ReadCounter.Hit, 1, out page));

        counters.MarkLines();
        for (int i = 0; i < ThreadCounters.BurstCount; i++)
        {
            Assert.False(counters.TryAdd(ReadCounter.Hit, 1, out page));
            Assert.NotEqual(0ul, counters.AddElsewhere(ReadCounter.Hit, 1, page));
        }

        Assert.True(counters.TryAdd(ReadCounter.Hit, 1, out page));
        Assert.Equal(ThreadCounters.BurstCount + 3, counters.Sum(ReadCounter.Hit));
    }

    [Fact]
    public void Statistics_LinesAreMarkedAllTheTime_TotalsAreExact()
    {
        const int Threads = 8, Reads = 100_000;
        using var subject = new StoreUnderTest();
        byte[] key = "present"u8.ToArray();
        subject.Set(key, 1, 40);

        Crew.Run(Threads + 1, member =>
        {
            Span<byte> destination = stackalloc byte[40];
            for (int i = 0; i < Reads; i++)
            {
                if (member == 0)
                    subject.Store.Maintain();
                else
                    Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(key, destination, out int _));
            }
        });

        Assert.Equal((long)Threads * Reads, subject.Statistics.Hits);
    }

    [Fact]
    public void Statistics_ThreadsThatComeAndGo_TotalsAreExact()
    {
        using var subject = new StoreUnderTest();
        byte[] key = "present"u8.ToArray();
        subject.Set(key, 1, 40);
        for (int wave = 0; wave < 60; wave++)
        {
            Crew.Run(8, _ =>
            {
                Span<byte> destination = stackalloc byte[40];
                for (int i = 0; i < 10; i++)
                    subject.Store.TryGet(key, destination, out int _);
            });
        }

        Assert.Equal(60 * 8 * 10, subject.Statistics.Hits);
    }

    [Fact]
    public void Statistics_TwoStoresOnTheSameThreads_CountEachItsOwn()
    {
        using var first = new StoreUnderTest();
        using var second = new StoreUnderTest();
        first.Set("k"u8.ToArray(), 1, 10);
        Crew.Run(70, _ =>
        {
            Span<byte> destination = stackalloc byte[10];
            for (int i = 0; i < 50; i++)
            {
                first.Store.TryGet("k"u8, destination, out int _);
                second.Store.TryGet("k"u8, destination, out int _);
            }
        });

        Assert.Equal((3500, 0), (first.Statistics.Hits, first.Statistics.Misses));
        Assert.Equal((0, 3500), (second.Statistics.Hits, second.Statistics.Misses));
    }

    [Fact]
    public void Statistics_WritesFromManyThreads_AreExact()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 8 << 20);
        Crew.Run(80, member =>
        {
            for (int i = 0; i < 100; i++)
                subject.Store.Set(TestBytes.Key((member * 100) + i, 8), TestBytes.Value(1, 30));
            for (int i = 0; i < 50; i++)
                Assert.True(subject.Store.Remove(TestBytes.Key((member * 100) + i, 8)));
        });

        StoreStatistics statistics = subject.Statistics;
        Assert.Equal(8000, statistics.Writes);
        Assert.Equal(4000, statistics.Removals);
        Assert.Equal(4000, statistics.EntryCount);
    }
}
