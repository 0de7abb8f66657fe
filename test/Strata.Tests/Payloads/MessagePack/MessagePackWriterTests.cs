using System.Buffers;
using Strata.Payloads.MessagePack;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>Bytes worked out by hand from the specification.</summary>
public sealed class MessagePackWriterTests
{
    [Fact]
    public void Write_NilAndBooleans_AreOneByte()
    {
        Assert.Equal("c0", Packed.Hex(static (ref w) => w.WriteNil()));
        Assert.Equal("c2", Packed.Hex(static (ref w) => w.WriteBoolean(false)));
        Assert.Equal("c3", Packed.Hex(static (ref w) => w.WriteBoolean(true)));
    }

    [Theory]
    [InlineData(0L, "00")]
    [InlineData(127L, "7f")]
    [InlineData(128L, "cc80")]
    [InlineData(255L, "ccff")]
    [InlineData(256L, "cd0100")]
    [InlineData(65_535L, "cdffff")]
    [InlineData(65_536L, "ce00010000")]
    [InlineData(4_294_967_295L, "ceffffffff")]
    [InlineData(4_294_967_296L, "cf0000000100000000")]
    [InlineData(long.MaxValue, "cf7fffffffffffffff")]
    [InlineData(-1L, "ff")]
    [InlineData(-32L, "e0")]
    [InlineData(-33L, "d0df")]
    [InlineData(-128L, "d080")]
    [InlineData(-129L, "d1ff7f")]
    [InlineData(-32_768L, "d18000")]
    [InlineData(-32_769L, "d2ffff7fff")]
    [InlineData(-2_147_483_648L, "d280000000")]
    [InlineData(-2_147_483_649L, "d3ffffffff7fffffff")]
    [InlineData(long.MinValue, "d38000000000000000")]
    public void WriteInt64_OfBoundary_TakesTheSmallestForm(long value, string hex)
    {
        Assert.Equal(hex, Packed.Hex((ref w) => w.WriteInt64(value)));
        Assert.True(Packed.Reads(hex, (ref r) => r.NextKind == MessagePackKind.Integer && r.TryReadInt64(out long read) && read == value));
    }

    [Fact]
    public void WriteUInt64_AboveInt64_TakesNineBytes() => Assert.Equal("cfffffffffffffffff", Packed.Hex(static (ref w) => w.WriteUInt64(ulong.MaxValue)));

    [Fact]
    public void WriteFloats_KeepTheirWidth()
    {
        Assert.Equal("ca3fc00000", Packed.Hex(static (ref w) => w.WriteSingle(1.5f)));
        Assert.Equal("cb3ff8000000000000", Packed.Hex(static (ref w) => w.WriteDouble(1.5)));
    }

    [Theory]
    [InlineData(0, "a0")]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(65_535, "daffff")]
    [InlineData(65_536, "db00010000")]
    public void WriteString_OfLength_TakesTheSmallestHead(int length, string head)
    {
        string text = new('x', length);
        string hex = head + string.Concat(Enumerable.Repeat("78", length));
        Assert.Equal(hex, Packed.Hex((ref w) => w.WriteString(text)));
        Assert.Equal(hex, Packed.Hex((ref w) => w.WriteUtf8(System.Text.Encoding.UTF8.GetBytes(text))));
        Assert.True(Packed.Reads(hex, (ref r) => r.NextKind == MessagePackKind.String && r.TryReadString(out string? read) && read == text));
    }

    [Fact]
    public void WriteString_BeyondAscii_CountsBytes() => Assert.Equal("a7c5be6bf09f908e", Packed.Hex(static (ref w) => w.WriteString("žk🐎")));

    [Fact]
    public void WriteString_OfLoneSurrogate_Throws() =>
        Assert.Equal("value", Assert.Throws<ArgumentException>(() => Packed.Hex(static (ref w) => w.WriteString("a\ud83d"))).ParamName);

    [Theory]
    [InlineData(0, "c400")]
    [InlineData(255, "c4ff")]
    [InlineData(256, "c50100")]
    [InlineData(65_535, "c5ffff")]
    [InlineData(65_536, "c600010000")]
    public void WriteBinary_OfLength_TakesTheSmallestHead(int length, string head)
    {
        string hex = head + new string('0', 2 * length);
        Assert.Equal(hex, Packed.Hex((ref w) => w.WriteBinary(new byte[length])));
        Assert.True(Packed.Reads(hex, (ref r) => r.NextKind == MessagePackKind.Binary && r.TryReadBinary(out ReadOnlySpan<byte> read) && read.Length == length));
    }

    [Theory]
    [InlineData(0, "c700")]
    [InlineData(1, "d4")]
    [InlineData(2, "d5")]
    [InlineData(3, "c703")]
    [InlineData(4, "d6")]
    [InlineData(8, "d7")]
    [InlineData(16, "d8")]
    [InlineData(17, "c711")]
    [InlineData(255, "c7ff")]
    [InlineData(256, "c80100")]
    [InlineData(65_535, "c8ffff")]
    [InlineData(65_536, "c900010000")]
    public void WriteExtension_OfLength_TakesTheSmallestHead(int length, string head)
    {
        string hex = head + "05" + new string('0', 2 * length);
        Assert.Equal(hex, Packed.Hex((ref w) => w.WriteExtension(5, new byte[length])));
        Assert.True(Packed.Reads(hex, (ref r) =>
            r.NextKind == MessagePackKind.Extension && r.TryReadExtension(out sbyte type, out ReadOnlySpan<byte> read) && type == 5 && read.Length == length));
    }

    [Theory]
    [InlineData(0L, 0u, "d6ff00000000")]
    [InlineData(4_294_967_295L, 0u, "d6ffffffffff")]
    [InlineData(4_294_967_296L, 0u, "d7ff0000000100000000")]
    [InlineData(1L, 999_999_999u, "d7ffee6b27fc00000001")]
    [InlineData(17_179_869_183L, 999_999_999u, "d7ffee6b27ffffffffff")]
    [InlineData(17_179_869_184L, 0u, "c70cff000000000000000400000000")]
    [InlineData(-1L, 500_000_000u, "c70cff1dcd6500ffffffffffffffff")]
    public void WriteTimestamp_OfBoundary_TakesTheSmallestForm(long seconds, uint nanoseconds, string hex)
    {
        Assert.Equal(hex, Packed.Hex((ref w) => w.WriteTimestamp(seconds, nanoseconds)));
        Assert.True(Packed.Reads(hex, (ref r) => r.TryReadTimestamp(out long s, out uint n) && s == seconds && n == nanoseconds));
    }

    [Fact]
    public void WriteTimestamp_OfTooManyNanoseconds_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Packed.Hex(static (ref w) => w.WriteTimestamp(0, 1_000_000_000)));

    [Theory]
    [InlineData(0, "90", "80")]
    [InlineData(15, "9f", "8f")]
    [InlineData(16, "dc0010", "de0010")]
    [InlineData(65_535, "dcffff", "deffff")]
    [InlineData(65_536, "dd00010000", "df00010000")]
    public void Begin_OfCount_TakesTheSmallestHead(int count, string array, string map)
    {
        Assert.Equal(array, Packed.Hex((ref w) => w.BeginArray(count)));
        Assert.Equal(map, Packed.Hex((ref w) => w.BeginMap(count)));
        Assert.True(Reads(array + new string('0', 2 * count), MessagePackKind.Array));
        Assert.True(Reads(map + new string('0', 4 * count), MessagePackKind.Map));

        bool Reads(string hex, MessagePackKind kind) => Packed.Reads(hex, (ref r) =>
        {
            bool isRead = r.NextKind == kind && (kind == MessagePackKind.Array ? r.TryBeginArray(out int read) : r.TryBeginMap(out read)) && read == count;
            for (int i = 0; i < (kind == MessagePackKind.Array ? count : 2 * count); i++)
                isRead &= r.TryReadInt64(out _);
            r.End();
            return isRead;
        });
    }

    [Fact]
    public void Begin_Deeper_ThanTheLimit_Throws()
    {
        Assert.Equal(2 * MessagePackWriter.MaxDepth, Packed.Hex(static (ref w) => Nest(ref w, MessagePackWriter.MaxDepth)).Length);
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => Packed.Hex(static (ref w) => Nest(ref w, MessagePackWriter.MaxDepth + 1)));
        Assert.Contains("64", exception.Message, StringComparison.Ordinal);
        Assert.Equal("9090", Packed.Hex(static (ref w) =>
        {
            Nest(ref w, 1);
            w.End();
            Nest(ref w, 1);
        }));

        static void Nest(ref MessagePackWriter writer, int depth)
        {
            for (int i = 0; i < depth; i++)
                writer.BeginArray(0);
        }
    }

    [Theory]
    [InlineData(SpanSizing.ExactHint)]
    [InlineData(SpanSizing.AtLeastFragment)]
    [InlineData(SpanSizing.Generous)]
    public void Flush_WithAwkwardSpans_WritesTheSame(SpanSizing sizing)
    {
        var awkward = new FragmentingBufferWriter(sizing, 7);
        var plain = new ArrayBufferWriter<byte>();
        Write(awkward);
        Write(plain);
        Assert.Equal(plain.WrittenSpan.ToArray(), awkward.Written);

        static void Write(IBufferWriter<byte> destination)
        {
            var writer = new MessagePackWriter(destination);
            writer.BeginArray(6);
            writer.WriteInt64(long.MinValue);
            writer.WriteString("žluťoučký kůň");
            writer.WriteNil();
            writer.WriteBinary(new byte[300]);
            writer.WriteTimestamp(-5, 7);
            writer.WriteDouble(Math.PI);
            writer.End();
            writer.Flush();
        }
    }
}
