using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Index;

public sealed class GrowthTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Set_HundredThousandSmallEntries_AreAllFoundWhileTheIndexGrows(int stripes)
    {
        const int KeyCount = 100_000;
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.SlabBytes, o.StripeCount) = (32 << 20, 0, stripes));
        for (int i = 0; i < KeyCount; i++)
        {
            subject.Set(TestBytes.Key(i, 8), (ulong)i, 8);
            // An old key, a random one and the newest, all through the growth.
            subject.AssertHit(TestBytes.Key(0, 8), 0, 8);
            int other = (int)((uint)(i * 2654435761L) % (uint)(i + 1));
            subject.AssertHit(TestBytes.Key(other, 8), (ulong)other, 8);
        }

        Assert.Equal(0, subject.Statistics.Evictions);
        Assert.Equal(KeyCount, subject.Statistics.EntryCount);
        for (int i = 0; i < KeyCount; i++)
            subject.AssertHit(TestBytes.Key(i, 8), (ulong)i, 8);
    }

    [Fact]
    public void IndexBytes_ManyEntries_StaysBelowSixteenBytesAnEntry()
    {
        const int KeyCount = 200_000;
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.StripeCount) = (64 << 20, 1));
        for (int i = 0; i < KeyCount; i++)
            subject.Set(TestBytes.Key(i, 16), (ulong)i, 32);

        Assert.Equal(KeyCount, subject.Statistics.EntryCount);
        // A line for every six entries, and an overflow line for every fourth head or so.
        Assert.InRange((double)subject.Statistics.IndexBytes / KeyCount, 64.0 / 7, 16.0);
    }

    [Fact]
    public void Set_TinyEntriesOnly_IndexAndSlabsShareTheBudget()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 60_000; i++)
        {
            subject.Store.Set(TestBytes.Key(i, 5), []);
            if (i % 500 == 0)
                subject.AssertBudget();
        }

        Assert.True(subject.Statistics.Evictions > 0);
        Assert.True(subject.Contains(TestBytes.Key(59_999, 5)));
        // 16 bytes of record and about 11 of index: a megabyte holds well over 20,000 of them.
        Assert.InRange(subject.Statistics.EntryCount, 20_000, 60_000);
    }

    [Fact]
    public void Set_TinyThenLargeThenTiny_IndexDoesNotStarveTheSlabs()
    {
        using var subject = new StoreUnderTest();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 30_000; i++)
                subject.Store.Set(TestBytes.Key(i, 5), []);
            for (int i = 0; i < 600; i++)
                subject.Set(TestBytes.Key(i, 50), (ulong)i, 3000);
            subject.AssertBudget();
            for (int i = 593; i < 600; i++)
                subject.AssertHit(TestBytes.Key(i, 50), (ulong)i, 3000);
        }
    }
}
