using System.Buffers;
using Strata.Payloads.Compression;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Tests.Payloads.Compression;

public sealed class CompressionFormatTests
{
    private readonly ArrayBufferWriter<byte> _destination = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_023)]
    [InlineData(1_024)]
    [InlineData(20_000)]
    [InlineData(3_000_000)]
    public void Read_OfWhatWasWritten_DeliversThePayload(int length)
    {
        foreach (byte[] payload in (byte[][])[TestText.Prose(length, 1), TestBytes.Value(2, length), new byte[length]])
        {
            var format = new CompressionFormat(new CompressionOptions());
            _destination.Clear();
            Assert.Equal(CompressionRead.Ok, format.Read(Write(format, payload), _destination, out int payloadBytes));
            Assert.Equal(length, payloadBytes);
            Assert.Equal(payload, _destination.WrittenSpan.ToArray());
        }
    }

    [Fact]
    public void Write_PayloadBelowTheThreshold_KeepsItAsItIs()
    {
        var format = new CompressionFormat(new CompressionOptions { ThresholdBytes = 2_000 });
        byte[] payload = TestText.Prose(1_999, 1);
        Assert.Equal([0, .. payload], Write(format, payload));
        Assert.True(Write(format, TestText.Prose(2_000, 1)).Length < 2_000);
    }

    [Fact]
    public void Write_PayloadThatSavesTooLittle_KeepsItAsItIs()
    {
        // A fifth of it compresses to nearly nothing.
        byte[] payload = [.. TestBytes.Value(3, 8_000), .. new byte[2_000]];
        Assert.Equal(1, Write(new CompressionFormat(new CompressionOptions { MinSavingPercent = 15 }), payload)[0]);
        Assert.Equal([0, .. payload], Write(new CompressionFormat(new CompressionOptions { MinSavingPercent = 25 }), payload));
    }

    [Fact]
    public void Write_WithoutOptions_KeepsItAsItIsAndReadsLz4()
    {
        byte[] payload = TestText.Prose(5_000, 1);
        var none = new CompressionFormat(null);
        Assert.Equal([0, .. payload], Write(none, payload));
        Assert.Equal(CompressionRead.Ok, none.Read(Write(new CompressionFormat(new CompressionOptions()), payload), _destination, out _));
        Assert.Equal(payload, _destination.WrittenSpan.ToArray());
    }

    [Fact]
    public void TryCompress_DestinationTooShort_SaysSo()
    {
        var format = new CompressionFormat(new CompressionOptions());
        byte[] payload = TestText.Prose(5_000, 1);
        int needed = Write(format, payload).Length;
        Assert.True(format.TryCompress(payload, new byte[needed], out int written));
        Assert.Equal(needed, written);
        Assert.False(format.TryCompress(payload, new byte[needed - 1], out written));
        Assert.Equal(0, written);
        Assert.Throws<ArgumentException>(() => format.Write(payload, new byte[payload.Length]));
    }

    [Fact]
    public void Write_WithAnotherCompressor_IsReadWhereItIsKnown()
    {
        byte[] payload = TestText.Prose(5_000, 1);
        byte[] frame = Write(new CompressionFormat(new CompressionOptions { Compressor = new DeflateCompressor() }), payload);
        Assert.Equal(DeflateCompressor.CodecId, frame[0]);
        Assert.Equal(CompressionRead.UnknownCodec, new CompressionFormat(new CompressionOptions()).Read(frame, _destination, out _));
        Assert.Equal(0, _destination.WrittenCount);
        var knowsBoth = new CompressionFormat(new CompressionOptions { AlsoReads = [new DeflateCompressor()] });
        Assert.Equal(CompressionRead.Ok, knowsBoth.Read(frame, _destination, out _));
        Assert.Equal(payload, _destination.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("", CompressionRead.Damaged)]
    [InlineData("01", CompressionRead.Damaged)] // no length
    [InlineData("01 8080808080", CompressionRead.Damaged)] // a length that does not end
    [InlineData("01 8100 10", CompressionRead.Damaged)] // a length in more bytes than it needs
    [InlineData("01 FFFFFFFF0F 1F6101 00FFFFFFFF", CompressionRead.Damaged)] // a length of more than 31 bits
    [InlineData("01 FFFFFFFF07 1F6101 00FFFFFFFF", CompressionRead.Damaged)] // 2 GiB of 7 bytes
    [InlineData("01 05 4061626364", CompressionRead.Damaged)] // shorter than it says
    [InlineData("01 03 4061626364", CompressionRead.Damaged)] // longer than it says
    [InlineData("07 05 4061626364", CompressionRead.UnknownCodec)]
    [InlineData("01 04 4061626364", CompressionRead.Ok)]
    public void Read_OfAnyBytes_Answers(string hex, CompressionRead expected)
    {
        byte[] frame = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(expected, new CompressionFormat(new CompressionOptions()).Read(frame, _destination, out int payloadBytes));
        Assert.Equal(payloadBytes, _destination.WrittenCount);
    }

    [Fact]
    public void Read_OfABomb_AsksForNoMemory()
    {
        var writing = new CompressionFormat(new CompressionOptions());
        byte[] bomb = Write(writing, new byte[1 << 20]);
        Assert.InRange(bomb.Length, 1, 5_000);
        var destination = new FragmentingBufferWriter(SpanSizing.ExactHint);
        Assert.Equal(CompressionRead.TooLarge, new CompressionFormat(new CompressionOptions { MaxDecompressedBytes = (1 << 20) - 1 }).Read(bomb, destination, out _));
        Assert.Equal(0, destination.SpanCount);
    }

    [Fact]
    public void Read_OfADamagedBlock_LeavesNothingInTheDestination()
    {
        var format = new CompressionFormat(new CompressionOptions());
        byte[] frame = Write(format, TestText.Prose(5_000, 1));
        var array = new byte[5_000];
        Assert.Equal(CompressionRead.Damaged, format.Read(frame.AsSpan(0, frame.Length - 1), new SpanWriter(array), out _));
        Assert.False(array.AsSpan().ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Constructor_WithContradictoryOptions_NamesThem()
    {
        AssertNames(new CompressionOptions { ThresholdBytes = 2_000, MaxDecompressedBytes = 1_000 }, nameof(CompressionOptions.ThresholdBytes), nameof(CompressionOptions.MaxDecompressedBytes));
        AssertNames(new CompressionOptions { MinSavingPercent = 100 }, nameof(CompressionOptions.MinSavingPercent), "99");
        AssertNames(new CompressionOptions { MinSavingPercent = 0 }, nameof(CompressionOptions.MinSavingPercent), "0");
        AssertNames(new CompressionOptions { ThresholdBytes = 0 }, nameof(CompressionOptions.ThresholdBytes), "1");
        AssertNames(new CompressionOptions { MaxDecompressedBytes = 0 }, nameof(CompressionOptions.MaxDecompressedBytes), "1");
        AssertNames(new CompressionOptions { Compressor = null! }, nameof(CompressionOptions.Compressor), "null");
        AssertNames(new CompressionOptions { AlsoReads = [new DeflateCompressor(), new DeflateCompressor()] }, "deflate", $"{DeflateCompressor.CodecId}");
        AssertNames(new CompressionOptions { Compressor = new DeflateCompressor(id: 0) }, nameof(CompressionOptions.Compressor), "255");
        AssertNames(new CompressionOptions { Compressor = new DeflateCompressor(id: 1) }, "lz4", "deflate");

        static void AssertNames(CompressionOptions options, string first, string second)
        {
            string message = Assert.ThrowsAny<ArgumentException>(() => new CompressionFormat(options)).Message;
            Assert.Contains(first, message, StringComparison.Ordinal);
            Assert.Contains(second, message, StringComparison.Ordinal);
        }
    }

    private static byte[] Write(CompressionFormat format, byte[] payload)
    {
        byte[] frame = new byte[payload.Length + CompressionFormat.OverheadBytes];
        return frame[..format.Write(payload, frame)];
    }

    /// <summary>Hands out one array.</summary>
    private sealed class SpanWriter(byte[] array) : IBufferWriter<byte>
    {
        public void Advance(int count) => Assert.Equal(0, count);

        public Memory<byte> GetMemory(int sizeHint = 0) => array;

        public Span<byte> GetSpan(int sizeHint = 0) => array;
    }
}
