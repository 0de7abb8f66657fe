using Xunit;

namespace Strata.Engine.Tests;

public sealed class WriteFenceTests
{
    private static readonly byte[] s_key = "fenced"u8.ToArray();

    [Fact]
    public void Set_CounterUnchanged_Stores()
    {
        using var subject = new StoreUnderTest();
        long counter = 7;

        Assert.Equal(WriteOutcome.Stored, subject.Store.Set(s_key, "value"u8, default, new WriteFence(ref counter, 7)));

        Assert.Equal("value"u8.ToArray(), subject.Get(s_key));
    }

    [Fact]
    public void Set_CounterMoved_IsOvertakenAndStoresNothing()
    {
        using var subject = new StoreUnderTest();
        long counter = 8;

        Assert.Equal(WriteOutcome.Overtaken, subject.Store.Set(s_key, "value"u8, default, new WriteFence(ref counter, 7)));

        Assert.False(subject.Contains(s_key));
        Assert.Equal(0, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.Writes);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(50_000)]
    public void Set_CounterMoved_LeavesFormerValue(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 20);
        long counter = 8;

        Assert.Equal(WriteOutcome.Overtaken, subject.Store.Set(s_key, new byte[valueBytes], default, new WriteFence(ref counter, 7)));

        subject.AssertHit(s_key, 1, 20);
    }

    [Fact]
    public void Set_SequenceWithCounterMoved_IsOvertaken()
    {
        using var subject = new StoreUnderTest();
        long counter = 8;
        System.Buffers.ReadOnlySequence<byte> value = TestKit.Bytes.ByteSequence.Cut(new byte[100], 30);

        Assert.Equal(WriteOutcome.Overtaken, subject.Store.Set(s_key, value, default, new WriteFence(ref counter, 7)));
        Assert.Equal(WriteOutcome.Stored, subject.Store.Set(s_key, value, default, new WriteFence(ref counter, 8)));
    }

    [Fact]
    public void Set_OvertakenThousandsOfTimes_LeaksNothing()
    {
        using var subject = new StoreUnderTest();
        long counter = 1;
        for (int i = 0; i < 5000; i++)
        {
            Assert.Equal(WriteOutcome.Overtaken, subject.Store.Set(s_key, new byte[1000], default, new WriteFence(ref counter, 0)));
            if (i % 50 == 0)
                Assert.Equal(WriteOutcome.Overtaken, subject.Store.Set(s_key, new byte[100_000], default, new WriteFence(ref counter, 0)));
        }

        Assert.Equal(0, subject.Statistics.EntryCount);
        Assert.Equal(0, subject.Statistics.RecordBytes);
    }
}
