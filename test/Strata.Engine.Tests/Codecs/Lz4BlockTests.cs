using Strata.Engine.Codecs;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Engine.Tests.Codecs;

public sealed class Lz4BlockTests
{
    private const byte Guard = 0xA5;
    private const int GuardBytes = 64;

    [Fact]
    public void Compress_ShortDataOfAnyLength_ReadsBack()
    {
        for (int length = 0; length <= 300; length++)
        {
            AssertReadsBack(TestText.Prose(length, 1));
            AssertReadsBack(TestBytes.Value((ulong)length, length));
            AssertReadsBack(TestText.Mixed(length, (ulong)length));
        }
    }

    [Fact]
    public void Compress_DataOfAnyPeriod_ReadsBack()
    {
        for (int period = 1; period <= 70; period++)
        {
            foreach (int length in (int[])[13, 100, 1_000, 70_000])
                AssertReadsBack(TestText.Periodic(length, period, (ulong)period));
        }
    }

    [Theory]
    [InlineData(4_095)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public void Compress_LongData_ReadsBack(int length)
    {
        AssertReadsBack(new byte[length]);
        AssertReadsBack(TestText.Prose(length, 2));
        AssertReadsBack(TestBytes.Value(3, length));
        for (ulong seed = 0; seed < 8; seed++)
            AssertReadsBack(TestText.Mixed(length, seed));
    }

    [Fact]
    public void Compress_RepeatsAtTheFarthestOffset_ReadsBack()
    {
        foreach (int distance in (int[])[65_534, 65_535, 65_536])
        {
            byte[] row = TestBytes.Value(5, 60);
            byte[] data = [.. row, .. new byte[distance - row.Length], .. row, .. new byte[20]];
            // The zeros between take a byte for each 255; the second row takes its bytes, or none when it is near enough.
            int blockBytes = AssertReadsBack(data) - (distance / 255);
            Assert.Equal(distance <= 65_535, blockBytes < row.Length * 3 / 2);
        }
    }

    [Fact]
    public void Compress_AnyDestination_FitsOrSaysSoAndTouchesNothingElse()
    {
        foreach (byte[] data in (byte[][])[[], TestText.Mixed(400, 6), TestBytes.Value(7, 300), new byte[600]])
        {
            byte[] block = Compress(data);
            for (int room = 0; room <= block.Length + 20; room++)
            {
                byte[] guarded = new byte[room + GuardBytes];
                guarded.AsSpan().Fill(Guard);
                int written = Lz4Block.Compress(data, guarded.AsSpan(0, room));
                Assert.Equal(room >= block.Length ? block.Length : 0, written);
                Assert.Equal(block.AsSpan(0, written), guarded.AsSpan(0, written));
                Assert.False(guarded.AsSpan(room).ContainsAnyExcept(Guard));
            }
        }
    }

    [Fact]
    public void Compress_DataThatDoesNotCompress_StaysWithinTheBound()
    {
        foreach (int length in (int[])[0, 1, 254, 255, 256, 100_000])
            Assert.InRange(Compress(TestBytes.Value(8, length)).Length, 1, Lz4Block.MaxCompressedLength(length));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(Lz4Block.MaxSourceBytes + 1)]
    public void MaxCompressedLength_OutsideItsBounds_ThrowsNamingTheLimit(int length) =>
        Assert.Contains($"{Lz4Block.MaxSourceBytes}", Assert.Throws<ArgumentOutOfRangeException>(() => Lz4Block.MaxCompressedLength(length)).Message, StringComparison.Ordinal);

    [Fact]
    public void MaxCompressedLength_OfTheLongestData_IsALength() => Assert.InRange(Lz4Block.MaxCompressedLength(Lz4Block.MaxSourceBytes), Lz4Block.MaxSourceBytes, int.MaxValue);

    [Fact]
    public void TryDecompress_TruncatedBlock_IsRefused()
    {
        byte[] data = TestText.Mixed(2_000, 9);
        byte[] block = Compress(data);
        for (int length = 0; length < block.Length; length++)
            Assert.NotEqual(data.Length, Decompress(block[..length], data.Length));
    }

    [Fact]
    public void TryDecompress_AnyDestination_FitsOrIsRefusedAndTouchesNothingElse()
    {
        foreach (byte[] data in (byte[][])[TestText.Mixed(700, 10), new byte[700], TestText.Periodic(700, 3, 11), TestText.Prose(700, 12)])
        {
            byte[] block = Compress(data);
            for (int room = 0; room < data.Length + 80; room++)
                Assert.Equal(room >= data.Length ? data.Length : -1, Decompress(block, room, data));
        }
    }

    [Theory]
    [InlineData("")] // no token
    [InlineData("40 61 62 63")] // four literals, three bytes
    [InlineData("F0")] // a length without its bytes
    [InlineData("F0 FF FF FF FF")]
    [InlineData("10 61 00 00")] // offset 0
    [InlineData("10 61 02 00 00")] // an offset before the start
    [InlineData("10 61 01")] // half an offset
    [InlineData("10 61 01 00")] // ends after a match
    [InlineData("1F 61 01 00 FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF FF 00 00")] // longer than the destination
    public void TryDecompress_NoBlock_IsRefused(string hex) => Assert.Equal(-1, Decompress(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), 1_000));

    [Fact]
    public void TryDecompress_LengthsBeyondAnyDestination_AreRefused()
    {
        // 16 MiB of 255s stand for 4 GiB: more than 32 bits hold.
        byte[] literals = new byte[17 << 20];
        literals.AsSpan().Fill(255);
        byte[] match = [0x1F, 0x61, 1, 0, .. literals, 0, 0];
        literals[0] = 0xF0;
        Assert.Equal(-1, Decompress(literals, 1_000));
        Assert.Equal(-1, Decompress(match, 1_000));
    }

    [Fact]
    public void CompressAndDecompress_Always_AllocateNothing()
    {
        byte[] data = TestText.Prose(4_096, 13);
        byte[] block = new byte[Lz4Block.MaxCompressedLength(data.Length)];
        Assert.True(Allocation.OfCalls(
            () => Lz4Block.TryDecompress(block.AsSpan(0, Lz4Block.Compress(data, block)), data, out int written) && written == data.Length, out long bytes));
        Assert.Equal(0, bytes);
    }

    private static int AssertReadsBack(byte[] data)
    {
        byte[] block = Compress(data);
        Assert.Equal(data.Length, Decompress(block, data.Length, data));
        AssertEndsAsTheFormatSays(block, data.Length);
        return block.Length;
    }

    private static byte[] Compress(byte[] data)
    {
        byte[] block = new byte[Lz4Block.MaxCompressedLength(data.Length)];
        int length = Lz4Block.Compress(data, block);
        Assert.InRange(length, 1, block.Length);
        return block[..length];
    }

    /// <summary>Decompresses between guards; -1 when refused.</summary>
    private static int Decompress(byte[] block, int room, byte[]? expected = null)
    {
        byte[] guarded = new byte[GuardBytes + room + GuardBytes];
        guarded.AsSpan().Fill(Guard);
        bool isBlock = Lz4Block.TryDecompress(block, guarded.AsSpan(GuardBytes, room), out int written);
        Assert.False(guarded.AsSpan(0, GuardBytes).ContainsAnyExcept(Guard));
        Assert.False(guarded.AsSpan(GuardBytes + room).ContainsAnyExcept(Guard));
        if (!isBlock)
        {
            Assert.Equal(0, written);
            return -1;
        }

        if (expected is not null)
            Assert.Equal(expected, guarded.AsSpan(GuardBytes, written).ToArray());
        return written;
    }

    /// <summary>The last match starts 12 bytes before the end at the latest, and the last 5 bytes are literals: other decoders rely on both.</summary>
    private static void AssertEndsAsTheFormatSays(byte[] block, int dataBytes)
    {
        int read = 0, written = 0, lastMatchStart = -1;
        while (true)
        {
            int token = block[read++];
            int literalBytes = Length(token >> 4);
            read += literalBytes;
            written += literalBytes;
            if (read == block.Length)
            {
                Assert.Equal(dataBytes, written);
                Assert.True(lastMatchStart < 0 || (literalBytes >= 5 && lastMatchStart <= dataBytes - 12));
                return;
            }

            read += 2;
            lastMatchStart = written;
            written += Length(token & 15) + 4;
        }

        int Length(int nibble)
        {
            int length = nibble;
            if (nibble < 15)
                return length;
            while (block[read] == 255)
                length += block[read++];
            return length + block[read++];
        }
    }
}
