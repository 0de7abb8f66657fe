using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests;

/// <summary>What a read leaves in its destination when it is not a hit, or when the destination is longer than the value.</summary>
public sealed class DestinationTests
{
    private const byte Sentinel = FragmentingBufferWriter.Sentinel;
    private const byte Foreign = 0x77;

    public static TheoryData<int> Lengths => [1, 2, 8, 9, 100, 4000, 4096, 5000, 50_000, 256 << 10];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void TryGet_SpanOneTooShort_ReportsLengthAndNoForeignByte(int valueBytes)
    {
        using StoreUnderTest subject = WithForeignNeighbours();
        subject.Set("wanted"u8.ToArray(), 1, valueBytes);
        byte[] expected = TestBytes.Value(1, valueBytes);
        foreach (int length in new[] { valueBytes - 1, valueBytes / 2, 0 })
        {
            byte[] room = Filled(length + 32);

            Assert.Equal(ReadOutcome.DestinationTooShort, subject.Store.TryGet("wanted"u8, room.AsSpan(0, length), out int needed));
            Assert.Equal(valueBytes, needed);
            Assert.Equal(ReadOutcome.DestinationTooShort, subject.Store.TryGetEntry("wanted"u8, room.AsSpan(0, length), out EntryInfo info));
            Assert.Equal(valueBytes, info.ValueBytes);

            for (int i = 0; i < length; i++)
                Assert.True(room[i] is Sentinel or 0 || room[i] == expected[i], $"Byte {i} is {room[i]:X2}.");
            Assert.Equal(-1, room.AsSpan(length).IndexOfAnyExcept(Sentinel));
        }
    }

    [Fact]
    public void TryGet_DestinationTooShort_CountsNeitherHitNorMiss()
    {
        using var subject = new StoreUnderTest();
        subject.Set("wanted"u8.ToArray(), 1, 100);

        subject.Store.TryGet("wanted"u8, new byte[99], out int _);

        Assert.Equal(0, subject.Statistics.Hits);
        Assert.Equal(0, subject.Statistics.Misses);
    }

    [Fact]
    public void TryGet_EmptyValueIntoEmptySpan_IsHit()
    {
        using var subject = new StoreUnderTest();
        subject.Set("empty"u8.ToArray(), 1, 0);

        Assert.Equal(ReadOutcome.Hit, subject.Store.TryGet("empty"u8, [], out int length));

        Assert.Equal(0, length);
    }

    [Fact]
    public void TryGet_Miss_ReportsZeroAndLeavesNoForeignByte()
    {
        using StoreUnderTest subject = WithForeignNeighbours();
        for (int i = 0; i < 500; i++)
        {
            byte[] key = TestBytes.Key(100_000 + i, 6);
            byte[] room = Filled(300);
            Assert.Equal(ReadOutcome.Miss, subject.Store.TryGet(key, room, out int length));
            Assert.Equal(0, length);
            AssertNotForeign(room);

            Assert.Equal(ReadOutcome.Miss, subject.Store.TryGetEntry(key, room, out EntryInfo info));
            Assert.Equal(0, info.ValueBytes);
            AssertNotForeign(room);

            var writer = new FragmentingBufferWriter(SpanSizing.Generous);
            Assert.Equal(ReadOutcome.Miss, subject.Store.TryGet(key, writer, out _));
            Assert.Empty(writer.Written);
            AssertNotForeign(writer.Scribbled);
        }
    }

    [Fact]
    public void TryGet_ExpiredEntry_LeavesNoByteOfIt()
    {
        using var subject = new StoreUnderTest();
        byte[] value = Enumerable.Repeat(Foreign, 200).ToArray();
        subject.Store.Set("old"u8, value, new WriteOptions { Ttl = TimeSpan.FromMilliseconds(1) });
        subject.AdvanceMs(1);
        byte[] room = Filled(300);

        Assert.Equal(ReadOutcome.Miss, subject.Store.TryGet("old"u8, room, out int length));

        Assert.Equal(0, length);
        AssertNotForeign(room);
    }

    [Fact]
    public void TryGet_CollidingKeys_NeverDeliversTheOther()
    {
        using var subject = new StoreUnderTest(o => o.HashSecret = Hashing.Secrets.Degenerate);
        for (int i = 0; i < 20; i++)
            subject.Store.Set(TestBytes.Key(i, 6), Enumerable.Repeat(Foreign, 64).ToArray());
        byte[] room = Filled(100);

        Assert.Equal(ReadOutcome.Miss, subject.Store.TryGet(TestBytes.Key(99, 6), room, out int _));
        Assert.Equal(ReadOutcome.Miss, subject.Store.TryGet(TestBytes.Key(3, 7), room, out int _));

        AssertNotForeign(room);
    }

    private static StoreUnderTest WithForeignNeighbours()
    {
        var subject = new StoreUnderTest();
        byte[] foreign = Enumerable.Repeat(Foreign, 120).ToArray();
        for (int i = 0; i < 500; i++)
            subject.Store.Set(TestBytes.Key(i, 6), foreign);
        return subject;
    }

    private static byte[] Filled(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(Sentinel);
        return bytes;
    }

    private static void AssertNotForeign(byte[] bytes) => Assert.DoesNotContain(Foreign, bytes);
}
