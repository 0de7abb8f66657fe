using System.Buffers;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>A sequence is the caller's code too: its memory may throw, lie about its length, or use the store.</summary>
public sealed class SequenceTests
{
    private static readonly byte[] s_key = "in pieces"u8.ToArray();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Set_MemoryThrows_StoresNothingAndLeaksNothing(int segment)
    {
        using var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 20);
        for (int i = 0; i < 100; i++)
        {
            ReadOnlySequence<byte> value = HookedSequence.Of(6, 10_000, segment, () => throw new TimeoutException("The memory is out of order."));
            Assert.Throws<TimeoutException>(() => subject.Store.Set(s_key, value, default));
        }

        subject.AssertHit(s_key, 1, 20);
        Assert.Equal(1, subject.Statistics.EntryCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Set_MemoryWritesToTheStore_StoresBoth(int segment)
    {
        using var subject = new StoreUnderTest();
        ReadOnlySequence<byte> value = HookedSequence.Of(6, 10_000, segment, () => subject.Set("other"u8.ToArray(), 2, 30_000));

        Assert.Equal(WriteOutcome.Stored, subject.Store.Set(s_key, value, default));

        subject.AssertHit("other"u8.ToArray(), 2, 30_000);
        Assert.Equal(value.ToArray(), subject.Get(s_key));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Set_MemoryDisposesTheStore_ThrowsObjectDisposed(int segment)
    {
        var subject = new StoreUnderTest();
        subject.Set(s_key, 1, 20);
        ReadOnlySequence<byte> value = HookedSequence.Of(6, 10_000, segment, subject.Store.Dispose);

        Assert.Throws<ObjectDisposedException>(() => subject.Store.Set(s_key, value, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(777)]
    [InlineData(8192)]
    [InlineData(100_000)]
    public void Set_LongValueOfAnySegments_ComesBackWhole(int segmentBytes)
    {
        using var subject = new StoreUnderTest();
        foreach (int valueBytes in new[] { 8100, 8192, 8193, 16_384, 30_001, 200_000 })
        {
            byte[] value = TestBytes.Value((ulong)valueBytes, valueBytes);
            Assert.Equal(WriteOutcome.Stored, subject.Store.Set(s_key, ByteSequence.Cut(value, segmentBytes), default));
            subject.AssertHit(s_key, (ulong)valueBytes, valueBytes);
        }
    }
}
