using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>Every length at which a layout changes its shape, through every way in and out.</summary>
public sealed class RoundTripTests
{
    private const long CapacityBytes = ByteStoreOptions.MinCapacityBytes;

    public static TheoryData<int> KeyBytes => [1, 2, 7, 8, 9, 15, 16, 17, 255, 256, 4095, 4096];

    public static TheoryData<int> ValueBytes =>
    [
        0, 1, 7, 8, 9, 63, 64, 255, 256,
        4095, 4096, 4097, StoreUnderTest.SlabBytes - 100, StoreUnderTest.SlabBytes - 16, StoreUnderTest.SlabBytes - 8, StoreUnderTest.SlabBytes - 1,
        StoreUnderTest.SlabBytes, StoreUnderTest.SlabBytes + 1, (2 * StoreUnderTest.SlabBytes) - 1, 2 * StoreUnderTest.SlabBytes,
        (10 * StoreUnderTest.SlabBytes) + 13, (int)(CapacityBytes / 4) - 1, (int)(CapacityBytes / 4),
    ];

    [Theory]
    [MemberData(nameof(KeyBytes))]
    public void Set_KeyOfLength_IsFoundAndItsNeighboursAreNot(int keyBytes)
    {
        using var subject = new StoreUnderTest();
        byte[] key = TestBytes.Key(3, keyBytes), other = TestBytes.Key(4, keyBytes);

        subject.Set(key, seed: 1, valueBytes: 50);

        subject.AssertHit(key, 1, 50);
        Assert.False(subject.Contains(other));
        if (keyBytes > 1)
            Assert.False(subject.Contains(key[..^1]));
        if (keyBytes < ByteStoreOptions.MaxKeyBytes)
            Assert.False(subject.Contains([.. key, 0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TryGet_EveryShortKeyAndValueLength_GivesBackItsBytesAndTouchesNoOthers(bool expires)
    {
        using var subject = new StoreUnderTest();
        var destination = new byte[300];
        for (int keyBytes = 1; keyBytes <= 70; keyBytes++)
        {
            byte[] key = TestBytes.Key(keyBytes, keyBytes);
            for (int valueBytes = 0; valueBytes <= 270; valueBytes += valueBytes < 140 ? 1 : 13)
            {
                byte[] value = TestBytes.Value((ulong)valueBytes, valueBytes);
                subject.Store.Set(key, value, new WriteOptions { Ttl = expires ? TimeSpan.FromHours(1) : null });
                destination.AsSpan().Fill(FragmentingBufferWriter.Sentinel);

                Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet(key, destination, out int length));

                Assert.Equal(value, destination[..length]);
                Assert.False(destination.AsSpan(length).ContainsAnyExcept(FragmentingBufferWriter.Sentinel), $"Key of {keyBytes}, value of {valueBytes}.");
                if (valueBytes > 0)
                    Assert.Equal(ReadOutcome.DestinationTooShort, subject.Store.TryGet(key, destination.AsSpan(0, valueBytes - 1), out _));
            }
        }
    }

    [Theory]
    [MemberData(nameof(KeyBytes))]
    public void Set_KeyOfLengthWithLongValue_IsFound(int keyBytes)
    {
        using var subject = new StoreUnderTest();
        byte[] key = TestBytes.Key(3, keyBytes);

        subject.Set(key, seed: 2, valueBytes: 3 * StoreUnderTest.SlabBytes);

        subject.AssertHit(key, 2, 3 * StoreUnderTest.SlabBytes);
    }

    [Theory]
    [MemberData(nameof(ValueBytes))]
    public void Set_ValueOfLength_ComesBackIntoSpan(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        subject.Set("key"u8.ToArray(), seed: 5, valueBytes);

        var destination = new byte[valueBytes + 16];
        destination.AsSpan().Fill(FragmentingBufferWriter.Sentinel);
        ReadOutcome outcome = subject.Store.TryGet("key"u8, destination, out int length);

        Assert.Equal(ReadOutcome.Hit, outcome);
        Assert.Equal(valueBytes, length);
        Assert.True(TestBytes.IsValue(destination.AsSpan(0, valueBytes), 5));
        Assert.Equal(-1, destination.AsSpan(valueBytes).IndexOfAnyExcept(FragmentingBufferWriter.Sentinel));
        Assert.Equal(valueBytes, InfoOf(subject).ValueBytes);
    }

    [Theory]
    [MemberData(nameof(ValueBytes))]
    public void Set_SequenceOfSegments_ComesBackWhole(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        foreach (int segmentBytes in new[] { 1000, Math.Max(1, valueBytes / 2), Math.Max(1, valueBytes) })
        {
            byte[] value = TestBytes.Value((ulong)segmentBytes, valueBytes);
            Assert.Equal(WriteOutcome.Stored, subject.Store.Set("key"u8, ByteSequence.Cut(value, segmentBytes), default));
            subject.AssertHit("key"u8.ToArray(), (ulong)segmentBytes, valueBytes);
        }
    }

    [Theory]
    [MemberData(nameof(ValueBytes))]
    public void TryGet_IntoWriterOfEverySizing_DeliversWholeValue(int valueBytes)
    {
        using var subject = new StoreUnderTest();
        subject.Set("key"u8.ToArray(), seed: 6, valueBytes);
        foreach (SpanSizing sizing in Enum.GetValues<SpanSizing>())
        {
            foreach (int fragmentBytes in new[] { 1, 7, 4096 })
            {
                if (fragmentBytes == 1 && valueBytes > 10_000)
                    continue;
                var writer = new FragmentingBufferWriter(sizing, fragmentBytes);

                ReadOutcome outcome = subject.Store.TryGet("key"u8, writer, out EntryInfo info);

                Assert.Equal(ReadOutcome.Hit, outcome);
                Assert.Equal(valueBytes, info.ValueBytes);
                Assert.Equal(valueBytes, writer.Written.Length);
                Assert.True(TestBytes.IsValue(writer.Written, 6), $"Wrong bytes through {sizing} in fragments of {fragmentBytes}.");
            }
        }
    }

    [Fact]
    public void Set_OneByteSegments_ComesBackWhole()
    {
        using var subject = new StoreUnderTest();
        byte[] value = TestBytes.Value(8, 777);

        subject.Store.Set("key"u8, ByteSequence.Cut(value, 1), default);

        subject.AssertHit("key"u8.ToArray(), 8, 777);
    }

    [Fact]
    public void Set_EveryLengthUpToSeveralWords_ComesBackWhole()
    {
        using var subject = new StoreUnderTest(o => o.CapacityBytes = 4 << 20);
        for (int length = 0; length < 700; length++)
            subject.Set(TestBytes.Key(length, 5 + (length % 30)), (ulong)length, length);
        for (int length = 0; length < 700; length++)
            subject.AssertHit(TestBytes.Key(length, 5 + (length % 30)), (ulong)length, length);
    }

    [Fact]
    public void Set_ValueLengthsAroundTheEndOfASlab_ComeBackWhole()
    {
        for (int length = StoreUnderTest.SlabBytes - 140; length <= StoreUnderTest.SlabBytes + 8; length++)
        {
            using var subject = new StoreUnderTest();
            for (int i = 0; i < 3; i++)
                subject.Set(TestBytes.Key(i, 8), (ulong)(length + i), length);
            for (int i = 0; i < 3; i++)
                subject.AssertHit(TestBytes.Key(i, 8), (ulong)(length + i), length);
        }
    }

    [Theory]
    [InlineData(8 << 20, 0)]
    [InlineData(64 << 20, 0)]
    [InlineData(8 << 20, 64 << 10)]
    [InlineData(64 << 20, 1 << 20)]
    public void Set_QuarterOfLargerCapacity_ComesBackWhole(int capacityBytes, int slabBytes)
    {
        using var subject = new StoreUnderTest(o => (o.CapacityBytes, o.SlabBytes) = (capacityBytes, slabBytes));
        byte[] key = "large"u8.ToArray();
        Assert.Equal(capacityBytes / 4, subject.Store.MaxValueBytes);
        for (ulong round = 0; round < 6; round++)
        {
            subject.Set(key, round, capacityBytes / 4);
            subject.AssertHit(key, round, capacityBytes / 4);
        }
    }

    private static EntryInfo InfoOf(StoreUnderTest subject)
    {
        Assert.True(subject.Store.TryGetInfo("key"u8, out EntryInfo info));
        return info;
    }
}
