using Strata.TestKit.Bytes;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests;

public sealed class EnumerationTests
{
    [Fact]
    public void MoveNext_EmptyStore_EndsAtOnce()
    {
        using var subject = new StoreUnderTest();
        using ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator();

        Assert.False(entries.MoveNext());
        Assert.False(entries.MoveNext());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void MoveNext_UnchangedStore_SeesEveryEntryOnce(int stripes)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (4 << 20, stripes));
        for (int i = 0; i < 3000; i++)
            subject.Store.Set(TestBytes.Key(i, 4 + (i % 40)), TestBytes.Value((ulong)i, i % 100), new WriteOptions { Versioned = i % 2 == 0 });
        subject.Set("a long one"u8.ToArray(), 1, 30_000);

        Dictionary<byte[], EntryInfo> seen = Walk(subject.Store);

        Assert.Equal(3001, seen.Count);
        for (int i = 0; i < 3000; i++)
        {
            EntryInfo info = seen[TestBytes.Key(i, 4 + (i % 40))];
            Assert.Equal(i % 100, info.ValueBytes);
            Assert.Equal(i % 2 == 0, info.Version > 0);
        }

        Assert.Equal(30_000, seen["a long one"u8.ToArray()].ValueBytes);
    }

    [Fact]
    public void MoveNext_CollidingKeys_SeesEveryEntryOnce()
    {
        using var subject = new StoreUnderTest(o => o.HashSecret = Hashing.Secrets.Degenerate);
        for (int i = 0; i < 500; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 10);

        Assert.Equal(500, Walk(subject.Store).Count);
    }

    [Fact]
    public void MoveNext_ExpiredEntries_AreLeftOut()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 100; i++)
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 10, i % 2 == 0 ? TimeSpan.FromMilliseconds(5) : null);
        subject.AdvanceMs(5);

        Dictionary<byte[], EntryInfo> seen = Walk(subject.Store);

        Assert.Equal(50, seen.Count);
        Assert.True(seen.ContainsKey(TestBytes.Key(1, 8)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void MoveNext_ChangesBetweenSteps_SeesEveryLastingKey(int stripes)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (8 << 20, stripes));
        for (int i = 0; i < 2000; i++)
            subject.Set(TestBytes.Key(i, 9), (ulong)i, 30);
        var random = new SplitMix64(11);
        var seen = new HashSet<byte[]>(ByteKeyComparer.Instance);

        using (ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator())
        {
            for (int step = 0; entries.MoveNext(); step++)
            {
                Assert.True(step < 100_000, "The enumeration does not end.");
                seen.Add(entries.CurrentKey.ToArray());
                // Keys from 1000 on come and go, the others are overwritten; far more are added, so that the index grows meanwhile.
                int key = random.Next(2000);
                if (key >= 1000)
                    subject.Store.Remove(TestBytes.Key(key, 9));
                else
                    subject.Set(TestBytes.Key(key, 9), (ulong)step, random.Next(100));
                for (int extra = 0; extra < 5 && step < 4000; extra++)
                    subject.Set(TestBytes.Key(10_000 + (step * 5) + extra, 9), 1, 10);
            }
        }

        Assert.Equal(0, subject.Statistics.Evictions);
        for (int i = 0; i < 1000; i++)
            Assert.Contains(TestBytes.Key(i, 9), seen);
    }

    [Fact]
    public void MoveNext_StoreClearedInTheMiddle_EndsWithoutHarm()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 1000; i++)
            subject.Set(TestBytes.Key(i, 9), (ulong)i, 30);

        int seen = 0;
        using ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator();
        while (entries.MoveNext())
        {
            Assert.Equal(9, entries.CurrentKey.Length);
            if (++seen == 10)
                subject.Store.Clear();
        }

        Assert.InRange(seen, 10, 1000);
    }

    [Fact]
    public void MoveNext_EvictionInTheMiddle_GivesOnlyWholeKeys()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 4000; i++)
            subject.Set(TestBytes.Key(i, 16), (ulong)i, 150);
        int next = 4000;

        using ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator();
        for (int step = 0; entries.MoveNext(); step++)
        {
            Assert.True(step < 100_000, "The enumeration does not end.");
            int index = BitConverter.ToInt32(entries.CurrentKey);
            Assert.Equal(TestBytes.Key(index, 16), entries.CurrentKey.ToArray());
            for (int i = 0; i < 10 && step < 3000; i++, next++)
                subject.Set(TestBytes.Key(next, 16), (ulong)next, 150);
        }
    }

    [Fact]
    public void CurrentInfo_EntryWithTtl_ReportsTimeLeft()
    {
        using var subject = new StoreUnderTest();
        subject.Set("k"u8.ToArray(), 1, 10, TimeSpan.FromMilliseconds(500));
        subject.AdvanceMs(120);

        Assert.Equal(380, Walk(subject.Store)["k"u8.ToArray()].ExpiresInMs);
    }

    [Fact]
    public void MoveNext_DoesNotCountAsReads()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 100; i++)
            subject.Set(TestBytes.Key(i, 9), (ulong)i, 30);

        Walk(subject.Store);

        Assert.Equal(0, subject.Statistics.Hits);
        Assert.Equal(0, subject.Statistics.Misses);
    }

    [Fact]
    public void MoveNext_AfterDispose_IsOverAndReadsNothing()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 100; i++)
            subject.Set(TestBytes.Key(i, 9), (ulong)i, 30);
        ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator();
        Assert.True(entries.MoveNext());

        entries.Dispose();
        entries.Dispose();

        Assert.False(entries.MoveNext());
        AssertNoCurrent(ref entries);
    }

    [Fact]
    public void Current_BeforeTheFirstAndAfterTheLast_IsRefused()
    {
        using var subject = new StoreUnderTest();
        subject.Set("k"u8.ToArray(), 1, 10);
        ByteStore.EntryEnumerator entries = subject.Store.GetEnumerator();
        AssertNoCurrent(ref entries);
        Assert.True(entries.MoveNext());
        Assert.Equal(1, entries.CurrentKey.Length);
        Assert.False(entries.MoveNext());
        AssertNoCurrent(ref entries);
        entries.Dispose();
    }

    [Fact]
    public void MoveNext_StoreForgottenInTheMiddle_GoesOn()
    {
        ByteStore.EntryEnumerator entries = EnumerateAndForget();
        int seen = 0;
        while (entries.MoveNext())
        {
            if (++seen % 100 != 1)
                continue;
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        entries.Dispose();
        Assert.Equal(500, seen);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static ByteStore.EntryEnumerator EnumerateAndForget()
    {
        var store = new ByteStore(new ByteStoreOptions { CapacityBytes = ByteStoreOptions.MinCapacityBytes, BackgroundMaintenance = false });
        for (int i = 0; i < 500; i++)
            store.Set(TestBytes.Key(i, 9), new byte[20]);
        return store.GetEnumerator();
    }

    private static void AssertNoCurrent(ref ByteStore.EntryEnumerator entries)
    {
        try
        {
            _ = entries.CurrentKey;
            Assert.Fail("There is a current entry.");
        }
        catch (InvalidOperationException)
        {
        }
    }

    private static Dictionary<byte[], EntryInfo> Walk(ByteStore store)
    {
        var seen = new Dictionary<byte[], EntryInfo>(ByteKeyComparer.Instance);
        using ByteStore.EntryEnumerator entries = store.GetEnumerator();
        while (entries.MoveNext())
            seen.Add(entries.CurrentKey.ToArray(), entries.CurrentInfo);
        return seen;
    }
}
