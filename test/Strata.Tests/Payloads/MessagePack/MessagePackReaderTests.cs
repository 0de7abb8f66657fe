using Strata.Payloads.MessagePack;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

public sealed class MessagePackReaderTests
{
    private static readonly Packed.ReadCall[] s_reads =
    [
        static (ref r) => r.TryReadNil(),
        static (ref r) => r.TryReadBoolean(out _),
        static (ref r) => r.TryReadInt64(out _),
        static (ref r) => r.TryReadUInt64(out _),
        static (ref r) => r.TryReadSingle(out _),
        static (ref r) => r.TryReadDouble(out _),
        static (ref r) => r.TryReadString(out _),
        static (ref r) => r.TryReadUtf8(out _),
        static (ref r) => r.TryReadBinary(out _),
        static (ref r) => r.TryReadExtension(out _, out _),
        static (ref r) => r.TryReadTimestamp(out _, out _),
        static (ref r) => r.TryReadDateTime(out _),
        static (ref r) => r.TryBeginArray(out _),
        static (ref r) => r.TryBeginMap(out _),
        static (ref r) => r.TrySkip(),
    ];

    [Theory]
    [InlineData("cd0005", 5L)]
    [InlineData("ce00000005", 5L)]
    [InlineData("cf0000000000000005", 5L)]
    [InlineData("d005", 5L)]
    [InlineData("d3fffffffffffffffb", -5L)]
    [InlineData("d1fffb", -5L)]
    public void TryReadInt64_OfLongerForm_Reads(string hex, long expected) =>
        Assert.True(Packed.Reads(hex, (ref r) => r.TryReadInt64(out long value) && value == expected));

    [Fact]
    public void TryReadIntegers_ThatDoNotFit_Refuse()
    {
        Assert.True(Packed.Refuses(Packed.Bytes("cf8000000000000000"), static (ref r) => r.TryReadInt64(out _)));
        Assert.True(Packed.Refuses(Packed.Bytes("ff"), static (ref r) => r.TryReadUInt64(out _)));
        Assert.True(Packed.Reads("cf8000000000000000", static (ref r) => r.TryReadUInt64(out ulong value) && value == 1UL << 63));
    }

    [Theory]
    [InlineData("cb3ff8000000000000", 1.5f, true)]
    [InlineData("ca3fc00000", 1.5f, true)]
    [InlineData("cb3ff0000000000001", 0f, false)]
    [InlineData("cb7fefffffffffffff", 0f, false)]
    [InlineData("cb7ff8000000000000", float.NaN, true)]
    [InlineData("cb7ff0000000000000", float.PositiveInfinity, true)]
    [InlineData("ce01000000", 16_777_216f, true)]
    [InlineData("ce01000001", 0f, false)]
    [InlineData("ff", -1f, true)]
    public void TryReadSingle_ReadsWhatIsExact(string hex, float expected, bool isRead)
    {
        if (isRead)
            Assert.True(Packed.Reads(hex, (ref r) => r.TryReadSingle(out float value) && value.Equals(expected)));
        else
            Assert.True(Packed.Refuses(Packed.Bytes(hex), static (ref r) => r.TryReadSingle(out _)));
    }

    [Theory]
    [InlineData("ca3fc00000", 1.5, true)]
    [InlineData("cf0020000000000000", 9_007_199_254_740_992.0, true)]
    [InlineData("cf0020000000000001", 0.0, false)]
    [InlineData("d3ffdfffffffffffff", 0.0, false)]
    [InlineData("a131", 0.0, false)]
    public void TryReadDouble_ReadsWhatIsExact(string hex, double expected, bool isRead)
    {
        if (isRead)
            Assert.True(Packed.Reads(hex, (ref r) => r.TryReadDouble(out double value) && value.Equals(expected)));
        else
            Assert.True(Packed.Refuses(Packed.Bytes(hex), static (ref r) => r.TryReadDouble(out _)));
    }

    [Theory]
    [InlineData("a1ff")]
    [InlineData("a2c080")]
    [InlineData("a3eda080")]
    [InlineData("d901c3")]
    public void TryReadString_OfInvalidUtf8_Refuses(string hex)
    {
        Assert.True(Packed.Refuses(Packed.Bytes(hex), static (ref r) => r.TryReadString(out _)));
        Assert.True(Packed.Reads(hex, static (ref r) => r.TryReadUtf8(out _)));
    }

    [Theory]
    [InlineData("d7ffee6b280000000001")]
    [InlineData("c70cff3b9aca000000000000000000")]
    [InlineData("d60100000000")]
    [InlineData("c703ff000000")]
    [InlineData("d4ff00")]
    public void TryReadTimestamp_OfOtherExtension_Refuses(string hex) => Assert.True(Packed.Refuses(Packed.Bytes(hex), static (ref r) => r.TryReadTimestamp(out _, out _)));

    [Theory]
    [InlineData("c70cff00000000fffffff1886e0900", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("c70cff3b9ac99c0000003afff4417f", "9999-12-31T23:59:59.9999999Z")]
    [InlineData("d7ff0000063c00000001", "1970-01-01T00:00:01.0000003Z")]
    public void TryReadDateTime_OfBoundary_Reads(string hex, string expected) =>
        Assert.True(Packed.Reads(hex, (ref r) => r.TryReadDateTime(out DateTime value) && value.ToString("O") == expected));

    [Theory]
    [InlineData("c70cff00000000fffffff1886e08ff")]
    [InlineData("c70cff000000000000003afff44180")]
    [InlineData("c70cff000000007fffffffffffffff")]
    [InlineData("c70cff000000008000000000000000")]
    public void TryReadDateTime_OutOfTheCalendar_Refuses(string hex) => Assert.True(Packed.Refuses(Packed.Bytes(hex), static (ref r) => r.TryReadDateTime(out _)));

    /// <summary>Heads that announce more than there is, up to 4 GiB; and every byte alone, and every byte before too little.</summary>
    [Fact]
    public void Reads_OfCutOffInput_RefuseAndStay()
    {
        for (int code = 0; code <= 255; code++)
        {
            int need = BytesAfter((byte)code);
            for (int length = 0; length < need; length++)
            {
                byte[] bytes = [(byte)code, .. Enumerable.Repeat((byte)0xff, length)];
                foreach (Packed.ReadCall read in s_reads)
                    Assert.True(Packed.Refuses(bytes, read), $"{code:x2} and {length} bytes");
            }
        }

        foreach (Packed.ReadCall read in s_reads)
            Assert.True(Packed.Refuses([], read));
    }

    [Theory]
    [InlineData("dd7fffffff")]
    [InlineData("ddffffffff0000000000")]
    [InlineData("df7fffffff000000")]
    [InlineData("df80000000000000")]
    [InlineData("dc000400000")]
    [InlineData("93 0000")]
    [InlineData("82 000000")]
    public void Begin_OfMoreThanIsLeft_Refuses(string hex)
    {
        byte[] bytes = Packed.Bytes(hex.Length % 2 == 0 || hex.Contains(' ', StringComparison.Ordinal) ? hex : hex[..^1]);
        Assert.True(Packed.Refuses(bytes, static (ref r) => r.TryBeginArray(out _)));
        Assert.True(Packed.Refuses(bytes, static (ref r) => r.TryBeginMap(out _)));
    }

    /// <summary>The outer array still owes values: an inner one cannot claim their bytes. So all counts together stay below the payload's length.</summary>
    [Fact]
    public void Begin_OfWhatTheOuterArrayNeeds_Refuses()
    {
        var reader = new MessagePackReader([0x93, 0x93, 0, 0, 0, 0]);
        Assert.True(reader.TryBeginArray(out int outer));
        Assert.Equal(3, outer);
        Assert.False(reader.TryBeginArray(out _));

        reader = new MessagePackReader([0x93, 0x92, 0, 0, 0, 0]);
        Assert.True(reader.TryBeginArray(out _) && reader.TryBeginArray(out int inner) && inner == 2);
    }

    [Fact]
    public void Begin_DeeperThanTheLimit_Refuses()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0x91, MessagePackReader.MaxDepth + 1), 0xc0];
        var reader = new MessagePackReader(bytes);
        for (int i = 0; i < MessagePackReader.MaxDepth; i++)
            Assert.True(reader.TryBeginArray(out _));
        Assert.False(reader.TryBeginArray(out _));
        Assert.False(reader.TryBeginMap(out _));
        reader.End();
        Assert.True(reader.TryBeginArray(out _));
    }

    [Fact]
    public void Read_AfterTheLastValue_Refuses()
    {
        var reader = new MessagePackReader([1, 2]);
        Assert.True(reader.TryReadInt64(out _));
        Assert.False(reader.IsAtEnd);
        Assert.Equal(MessagePackKind.None, reader.NextKind);
        Assert.False(reader.TryReadInt64(out _));
        Assert.False(reader.TrySkip());
    }

    [Fact]
    public void TrySkip_OfAMillionLevels_NeedsNoStack()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0x91, 1_000_000), 0xc0];
        var reader = new MessagePackReader(bytes);
        Assert.True(reader.TrySkip() && reader.IsAtEnd);
        Assert.False(new MessagePackReader(bytes.AsSpan(0, 1_000_000)).TrySkip());
    }

    [Theory]
    [InlineData("92 01 c1")]
    [InlineData("82 a161 01 a162 a5")]
    [InlineData("92 9101 dc0002")]
    public void TrySkip_OfWhatIsDamagedInside_StaysBeforeIt(string hex) => Assert.True(Packed.Refuses(Packed.Bytes(hex), static (ref r) => r.TrySkip()));

    [Fact]
    public void TrySkip_OfOneOfEach_TakesOneValueAtATime()
    {
        var reader = new MessagePackReader(Packed.Bytes("9a c0 c3 ccff cf8000000000000000 ca00000000 a161 c40100 d60100000000 920102 81a161 9103"));
        Assert.True(reader.TryBeginArray(out int count));
        for (int i = 0; i < count; i++)
            Assert.True(reader.TrySkip());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void NextKind_OfNeverUsedByte_IsNone()
    {
        Assert.Equal(MessagePackKind.None, new MessagePackReader([0xc1]).NextKind);
        foreach (Packed.ReadCall read in s_reads)
            Assert.True(Packed.Refuses([0xc1, 0, 0, 0], read));
    }

    /// <summary>How many bytes must follow a first byte, when all of them are 0xff.</summary>
    private static int BytesAfter(byte code) => code switch
    {
        < 0x80 or >= 0xe0 => 0,
        < 0x90 => 2 * (code & 15),
        < 0xa0 => code & 15,
        < 0xc0 => code & 31,
        <= 0xc3 => 0,
        0xc4 or 0xd9 => 256,
        0xc7 => 257,
        <= 0xc9 or 0xda or 0xdb or >= 0xdc => 300,
        0xca => 4,
        0xcb => 8,
        <= 0xd3 => 1 << (code & 3),
        _ => 1 + (1 << (code - 0xd4)),
    };
}
