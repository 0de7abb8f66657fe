using Strata.Files.Layout;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Files.Tests.Layout;

/// <summary>The bytes on disk, which later versions must read.</summary>
public sealed class LayoutTests
{
    private static readonly StoreKey s_key = new(TestBytes.Value(1, StoreKey.SecretBytes));

    [Fact]
    public void RecordHeader_Written_IsTheseBytes()
    {
        byte[] bytes = new byte[RecordHeader.SizeBytes];
        var header = new RecordHeader
        {
            Mark = 0x0403_0201, ValueBytes = 0x0807_0605, Hash = 0x1122_3344_5566_7788, Sequence = 0x99AA_BBCC_DDEE_FF00, CreatedMs = 0x0605_0403_0201, KeyBytes = 0x0FFE,
            TtlMs = 0x1615_1413_1211, TagCount = 64, Kind = RecordKind.Rule, Flags = RecordFlags.Overwrites | RecordFlags.Stale, Checksum = 0x0102_0304_0506_0708,
        };
        header.Write(bytes);
        Assert.Equal("0102030405060708887766554433221100FFEEDDCCBBAA99010203040506FE0F1112131415164034" + "0807060504030201", Convert.ToHexString(bytes));
        Assert.Equal(header, RecordHeader.Read(bytes));
    }

    [Fact]
    public void FooterEntry_Written_IsTheseBytes()
    {
        var entry = new FooterEntry(0x1122_3344_5566_7788, 0x0102_0304_0506_0708, 0x0400_0008, 0x0000_1238, RecordKind.Tombstone, RecordFlags.Overwrites);
        byte[] bytes = new byte[FooterEntry.SizeBytes];
        entry.Write(bytes);
        Assert.Equal("88776655443322110807060504030201" + "01008000" + "47020012", Convert.ToHexString(bytes));
        Assert.Equal(entry, FooterEntry.Read(bytes));
    }

    [Fact]
    public void StoreKey_OfAGivenSecret_GivesTheseNumbers()
    {
        ulong life = s_key.LifeOf(7, 8);
        byte[] body = TestBytes.Value(2, 5_000);
        string numbers = $"{s_key.HashKey("key"u8):X16} {s_key.TagId("tag"u8):X16} {s_key.Checksum(life, 4096, body.AsSpan(0, 40), body.AsSpan(48)):X16} {s_key.Checksum(life, 4096, [], []):X16}";
        Assert.Equal("7E5B64F038B4D7B9 1323CA4009B30255 30F772CD4D74C856 22E271413BA59C28", numbers);
    }

    [Fact]
    public void Checksum_OfAnythingElse_IsAnother()
    {
        ulong life = s_key.LifeOf(7, 8);
        foreach (int length in (int[])[0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 73, 1_024, 2_047, 2_048, 2_049, 4_096, 70_000])
        {
            byte[] body = TestBytes.Value((ulong)length, length);
            ulong expected = s_key.Checksum(life, 4096, [1, 2, 3], body);
            Assert.Equal(expected, s_key.Checksum(life, 4096, [1, 2, 3], body));
            Assert.NotEqual(expected, s_key.Checksum(life, 4104, [1, 2, 3], body));
            Assert.NotEqual(expected, s_key.Checksum(s_key.LifeOf(8, 8), 4096, [1, 2, 3], body));
            Assert.NotEqual(expected, s_key.Checksum(s_key.LifeOf(7, 9), 4096, [1, 2, 3], body));
            Assert.NotEqual(expected, s_key.Checksum(life, 4096, [1, 2, 4], body));
            // Zeros at the end count, although the last block is filled up with them.
            Assert.NotEqual(expected, s_key.Checksum(life, 4096, [1, 2, 3], [.. body, 0]));
            Assert.NotEqual(expected, new StoreKey(TestBytes.Value(3, StoreKey.SecretBytes)).Checksum(life, 4096, [1, 2, 3], body));
            for (int i = 0; i < length; i += 1 + length / 64)
            {
                body[i] ^= 0x10;
                Assert.NotEqual(expected, s_key.Checksum(life, 4096, [1, 2, 3], body));
                body[i] ^= 0x10;
            }
        }
    }

    [Fact]
    public void SizeClass_OfAnyLength_IsEnoughAndAtMostAnEighthTooMuch()
    {
        int former = 0;
        for (uint units = 1; units <= 8 << 20; units += 1 + units / 300)
        {
            int sizeClass = SizeClass.Of(units);
            Assert.InRange(sizeClass, former, (1 << SizeClass.Bits) - 1);
            Assert.InRange(SizeClass.UnitsOf(sizeClass), units, units + units / 8);
            former = sizeClass;
        }
    }

    [Theory]
    [InlineData(8 << 10)]
    [InlineData(8 << 20)]
    [InlineData(64 << 20)]
    public void LocationFormat_Packed_TellsWhatWasPacked(int segmentBytes)
    {
        var format = new LocationFormat(segmentBytes, LocationFormat.MaxSegmentBits);
        Assert.InRange(format.Bits, 1, 52);
        ulong location = format.Pack(12_345, segmentBytes - 64, 1_000);
        Assert.Equal((12_345, segmentBytes - 64, 1_024, false), (format.Segment(location), format.OffsetBytes(location), format.LengthBytes(location), format.IsHit(location)));
        Assert.True(format.IsHit(format.WithHit(location)));
        Assert.Equal(location, format.WithoutHit(format.WithHit(location)));
        Assert.True(format.WithHit(location) >> format.Bits == 0);
    }
}
