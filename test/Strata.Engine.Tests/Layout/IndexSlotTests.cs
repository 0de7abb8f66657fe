using Strata.Engine.Layout;
using Xunit;

namespace Strata.Engine.Tests.Layout;

public sealed class IndexSlotTests
{
    public static TheoryData<ulong, long, int, bool, int> Slots
    {
        get
        {
            var data = new TheoryData<ulong, long, int, bool, int>();
            foreach (ulong hash in new ulong[] { 0, ulong.MaxValue, 0x8001_0000_0000_0000, 0x1234_5678_9ABC_DEF0 })
            {
                foreach (long location in new[] { 1L, 12_345L, (1L << IndexSlot.LocationBits) - 1 })
                {
                    foreach (int recordBytes in new[] { 16, 64, 65, 5000, 1 << 20 })
                        data.Add(hash, location, recordBytes, location % 2 == 0, recordBytes % 4);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Slots))]
    public void Constructor_AnyParts_GivesThemBack(ulong hash, long location, int recordBytes, bool isMain, int frequency)
    {
        foreach (bool main in new[] { isMain, !isMain })
        {
            for (int f = frequency; f <= IndexSlot.MaxFrequency; f++)
            {
                var slot = new IndexSlot(hash, location, recordBytes, main, f);

                Assert.Equal(location, slot.Location);
                Assert.Equal(main, slot.IsMain);
                Assert.Equal(f, slot.Frequency);
                Assert.Equal(IndexSlot.TagOf(hash), slot.Word & IndexSlot.TagMask);
                Assert.NotEqual(0UL, slot.Word);
            }
        }
    }

    [Fact]
    public void FrequencyUnit_Added_CountsOnlyTheFrequency()
    {
        ulong word = new IndexSlot(ulong.MaxValue, (1L << IndexSlot.LocationBits) - 1, 1 << 20, true, 0).Word;
        for (int f = 1; f <= IndexSlot.MaxFrequency; f++)
        {
            word += IndexSlot.FrequencyUnit;
            Assert.Equal(f, new IndexSlot(word).Frequency);
            Assert.Equal(0xFFFFUL << IndexSlot.TagShift, word & IndexSlot.TagMask);
            Assert.True(new IndexSlot(word).IsMain);
        }
    }

    [Fact]
    public void Masks_DoNotOverlap()
    {
        Assert.Equal(0UL, IndexSlot.TagMask & IndexSlot.FrequencyMask);
        Assert.Equal(0UL, IndexSlot.TagMask & IndexSlot.LocationMask);
        Assert.Equal(0UL, IndexSlot.FrequencyMask & IndexSlot.LocationMask);
    }

    [Fact]
    public void LocationBits_InUnitsOfEightBytes_CoverTheLargestCapacity() =>
        Assert.True((1L << IndexSlot.LocationBits) * RecordHeader.AlignmentBytes >= ByteStoreOptions.LimitCapacityBytes);
}
