using System.Diagnostics;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Memory;

[CollectionDefinition(nameof(RegionReuseTests), DisableParallelization = true)]
public sealed class RegionReuseCollection;

/// <summary>Regions are never unmapped while the process lives: they pass from a disposed store to the next one.</summary>
[Collection(nameof(RegionReuseTests))]
public sealed class RegionReuseTests
{
    [Fact]
    public void CreateAndDispose_ManyStoresInARow_DoesNotGrowTheProcess()
    {
        const long CapacityBytes = 16 << 20;
        for (int i = 0; i < 5; i++)
            UseOne(CapacityBytes, i);
        (long resident, long reserved) = Measure();

        for (int i = 0; i < 100; i++)
        {
            UseOne(CapacityBytes, i);
            // A disposed store's memory goes back at once; its addresses when the collector has seen that nobody is left in it.
            if (i % 10 == 9)
                CollectAll();
        }

        (long residentAfter, long reservedAfter) = Measure();
        Assert.InRange(residentAfter - resident, long.MinValue, 6 * CapacityBytes);
        Assert.InRange(reservedAfter - reserved, long.MinValue, 40 * CapacityBytes);
    }

    [Fact]
    public void Create_AfterDisposeOfAFullStore_ShowsNothingOfIt()
    {
        for (int round = 0; round < 20; round++)
        {
            using var subject = new StoreUnderTest(o => o.CapacityBytes = 2 << 20);
            Assert.Equal(0, subject.Statistics.EntryCount);
            Assert.Equal(0, subject.Statistics.Hits);
            using (ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator())
                Assert.False(entries.MoveNext());
            for (int i = 0; i < 3000; i++)
                Assert.False(subject.Contains(TestBytes.Key(i, 8)), $"Key {i} of the former store is visible.");
            for (int i = 0; i < 3000; i++)
                subject.Set(TestBytes.Key(i, 8), (ulong)(i + round), 300);
        }
    }

    [Fact]
    public void Create_ManyAtOnce_EachHasItsOwnBytes()
    {
        StoreUnderTest[] subjects = [.. Enumerable.Range(0, 12).Select(_ => new StoreUnderTest())];
        try
        {
            for (int s = 0; s < subjects.Length; s++)
            {
                for (int i = 0; i < 200; i++)
                    subjects[s].Set(TestBytes.Key(i, 8), (ulong)((s * 1000) + i), 100);
            }

            for (int s = 0; s < subjects.Length; s++)
            {
                for (int i = 0; i < 200; i++)
                    subjects[s].AssertHit(TestBytes.Key(i, 8), (ulong)((s * 1000) + i), 100);
            }
        }
        finally
        {
            foreach (StoreUnderTest subject in subjects)
                subject.Dispose();
        }
    }

    [Fact]
    public void Create_OfVaryingCapacities_TakesRegionsOverCorrectly()
    {
        var random = new SplitMix64(3);
        for (int round = 0; round < 30; round++)
        {
            long capacityBytes = (1L + random.Next(8)) << 20;
            using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.SlabBytes) = (capacityBytes, StoreUnderTest.SlabBytes << random.Next(3)));
            for (int i = 0; i < 2000; i++)
                subject.Set(TestBytes.Key(i, 8), (ulong)(i * round), random.Next(900));
        }
    }

    [Fact]
    public void Create_LargeCapacity_TakesMemoryOnlyAsItFills()
    {
        (long before, _) = Measure();
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes, o.SlabBytes) = (8L << 30, 64L << 30, 0));
        for (int i = 0; i < 1000; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 100);

        (long after, _) = Measure();
        Assert.InRange(after - before, long.MinValue, 256L << 20);
        Assert.InRange(subject.Statistics.UsedBytes, 0, 256L << 20);
    }

    [Fact]
    public void Dispose_WhileALongValueIsBeingWritten_KeepsNoMemory()
    {
        var store = new ByteStore(new ByteStoreOptions { CapacityBytes = 512 << 20, SlabBytes = 1 << 20, BackgroundMaintenance = false });
        System.Buffers.ReadOnlySequence<byte> value = HookedSequence.Of(2, 50 << 20, 1, store.Dispose);
        (long before, _) = Measure();

        // All that is written after the dispose is one segment, copied page by page.
        Assert.Throws<ObjectDisposedException>(() => store.Set("long"u8, value, default));

        (long after, _) = Measure();
        Assert.InRange(after - before, long.MinValue, 30 << 20);
        GC.KeepAlive(store);
    }

    [Fact]
    public void Create_SmallStore_AsksForNoHugePages()
    {
        // Also when it takes over the region of a larger one.
        UseOne(6 << 20, 0);
        UseOne(16 << 20, 0);
        CollectAll();
        CollectAll();
        using var small = new StoreUnderTest();
        using var odd = new StoreUnderTest(o => (o.CapacityBytes, o.MaxCapacityBytes) = (7 << 20, 16 << 20));

        Assert.False(small.Statistics.HugePagesRequested);
        Assert.False(odd.Statistics.HugePagesRequested);
    }

    private static void UseOne(long capacityBytes, int round)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.SlabBytes) = (capacityBytes, 0));
        byte[] value = new byte[64_000];
        for (int i = 0; i < 300; i++)
            subject.Store.Set(TestBytes.Key(i + round, 8), value);
    }

    private static (long Resident, long Reserved) Measure()
    {
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, process.VirtualMemorySize64);
    }

    private static void CollectAll()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
