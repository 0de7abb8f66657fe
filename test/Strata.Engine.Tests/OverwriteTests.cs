using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

public sealed class OverwriteTests
{
    private static readonly byte[] s_key = "the key"u8.ToArray();

    public static TheoryData<int, int> Lengths
    {
        get
        {
            int[] lengths = [0, 1, 8, 100, 104, 3000, StoreUnderTest.SlabBytes, 5 * StoreUnderTest.SlabBytes, (int)(ByteStoreOptions.MinCapacityBytes / 4)];
            var data = new TheoryData<int, int>();
            foreach (int from in lengths)
            {
                foreach (int to in lengths)
                    data.Add(from, to);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Set_OverValueOfOtherLength_KeepsOneEntryWithTheLastValue(int from, int to)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, from);
        subject.Set(s_key, 2, to);

        subject.AssertHit(s_key, 2, to);
        Assert.Equal(1, subject.Statistics.EntryCount);
        Assert.Equal(2, subject.Statistics.Writes);
    }

    [Fact]
    public void Set_OneKeyManyTimes_NeverEvictsAndStaysSmall()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 20_000; i++)
            subject.Set(s_key, (ulong)i, 300 + (i % 200));

        subject.AssertHit(s_key, 19_999, 300 + (19_999 % 200));
        Assert.Equal(1, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.Evictions);
    }

    [Fact]
    public void Set_NeighboursBesideOverwrites_KeepTheirValues()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 50; i++)
            subject.Set(TestBytes.Key(i, 10), (ulong)i, 100);
        for (int round = 0; round < 200; round++)
            subject.Set(TestBytes.Key(round % 10, 10), (ulong)(1000 + round), round % 300);

        for (int i = 10; i < 50; i++)
            subject.AssertHit(TestBytes.Key(i, 10), (ulong)i, 100);
        for (int round = 190; round < 200; round++)
            subject.AssertHit(TestBytes.Key(round % 10, 10), (ulong)(1000 + round), round % 300);
    }

    [Fact]
    public void Remove_ThenSetAgain_GivesNewValueOnly()
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 100);

        Assert.True(subject.Store.Remove(s_key));
        Assert.False(subject.Store.Remove(s_key));
        Assert.Null(subject.Get(s_key));
        subject.Set(s_key, 2, 90);

        subject.AssertHit(s_key, 2, 90);
        Assert.Equal(1, subject.Statistics.Removals);
    }

    [Fact]
    public void Clear_FullStore_LeavesNothingAndTakesNewEntries()
    {
        using var subject = new StoreUnderTest();
        for (int i = 0; i < 3000; i++)
            subject.Set(TestBytes.Key(i, 10), (ulong)i, 200);
        subject.Set("long"u8.ToArray(), 1, 50_000);

        subject.Store.Clear();

        Assert.Equal(0, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.RecordBytes);
        for (int i = 0; i < 3000; i++)
            Assert.False(subject.Contains(TestBytes.Key(i, 10)));
        Assert.False(subject.Contains("long"u8.ToArray()));
        long evictedBefore = subject.Statistics.Evictions;
        for (int i = 0; i < 1000; i++)
            subject.Set(TestBytes.Key(i, 10), (ulong)(i + 7), 200);
        for (int i = 0; i < 1000; i++)
            subject.AssertHit(TestBytes.Key(i, 10), (ulong)(i + 7), 200);
        Assert.Equal(evictedBefore, subject.Statistics.Evictions);
    }

    [Fact]
    public void Clear_ManyTimesOverGrownIndex_KeepsWorking()
    {
        using var subject = new StoreUnderTest();
        for (int round = 0; round < 10; round++)
        {
            for (int i = 0; i < 5000; i++)
                subject.Set(TestBytes.Key(i, 6), (ulong)i, 4);
            subject.Store.Clear();
            subject.Verify();
        }

        Assert.Equal(0, subject.Statistics.EntryCount);
    }
}
