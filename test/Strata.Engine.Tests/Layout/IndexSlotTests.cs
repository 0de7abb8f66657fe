using Strata.Engine.Layout;
using Xunit;

namespace Strata.Engine.Tests.Layout;

public sealed class IndexSlotTests
{
    // The byte that readers store into.
    private const ulong FrequencyMask = 0xFFUL << 40;

    public static TheoryData<ulong, long, bool> Slots
    {
        get
        {
            var data = new TheoryData<ulong, long, bool>();
            foreach (ulong hash in new ulong[] { 0, ulong.MaxValue, 0x8001_0000_0000_0000, 0x1234_5678_9ABC_DEF0 })
            {
                foreach (long location in new[] { 1L, 12_345L, (1L << IndexSlot.LocationBits) - 1 })
                {
                    data.Add(hash, location, true);
                    data.Add(hash, location, false);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Slots))]
    public void Constructor_AnyParts_GivesThemBack(ulong hash, long location, bool isMain)
    {
        for (int frequency = 0; frequency <= IndexSlot.MaxFrequency; frequency++)
        {
            var slot = new IndexSlot(hash, location, isMain, frequency);

            Assert.Equal(location, slot.Location);
            Assert.Equal(location * RecordHeader.AlignmentBytes, slot.OffsetBytes);
            Assert.Equal(isMain, slot.IsMain);
            Assert.Equal(frequency, slot.Frequency);
            Assert.Equal(IndexSlot.TagOf(hash), slot.Word & IndexSlot.TagMask);
            Assert.False(slot.IsEmpty);
        }
    }

    [Fact]
    public void CountHit_MoreOftenThanItCounts_ChangesOnlyTheFrequencyAndStops()
    {
        foreach (ulong hash in new ulong[] { 0, ulong.MaxValue })
        {
            ulong word = new IndexSlot(hash, (1L << IndexSlot.LocationBits) - 1, true, 0).Word;
            ulong before = word;
            for (int hit = 1; hit <= 5; hit++)
            {
                IndexSlot.CountHit(ref word, word);

                Assert.Equal(Math.Min(hit, IndexSlot.MaxFrequency), new IndexSlot(word).Frequency);
                Assert.Equal(before, word & ~FrequencyMask);
            }
        }
    }

    [Fact]
    public void CountHit_SlotClearedMeanwhile_StaysEmpty()
    {
        ulong seen = new IndexSlot(ulong.MaxValue, 77, true, 1).Word;
        ulong cleared = 0;

        IndexSlot.CountHit(ref cleared, seen);

        Assert.True(new IndexSlot(cleared).IsEmpty);
    }

    [Fact]
    public void Masks_DoNotOverlap()
    {
        Assert.Equal(0UL, IndexSlot.TagMask & FrequencyMask);
        Assert.Equal(0UL, IndexSlot.TagMask & IndexSlot.LocationMask);
        Assert.Equal(0UL, FrequencyMask & IndexSlot.LocationMask);
    }

    [Fact]
    public void LocationBits_InUnitsOfEightBytes_CoverTheLargestCapacity() =>
        Assert.True((1L << IndexSlot.LocationBits) * RecordHeader.AlignmentBytes >= ByteStoreOptions.LimitCapacityBytes);
}
