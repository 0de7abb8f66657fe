using Strata.Engine.Codecs;
using Strata.TestKit.Bytes;
using Strata.TestKit.Lz4;
using Xunit;

namespace Strata.Engine.Tests.Codecs;

/// <summary>Against the reference command <c>lz4</c>, in both directions.</summary>
public sealed class Lz4ReferenceTests
{
    public static TheoryData<string, int> Kinds => new()
    {
        { "prose", 1 }, { "prose", 13 }, { "prose", 1_000 }, { "prose", 65_536 }, { "prose", 3_000_000 },
        { "mixed", 500 }, { "mixed", 70_000 }, { "mixed", 2_000_000 },
        { "zeros", 4_000_000 }, { "random", 100_000 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Compress_AnyData_ReferenceReadsIt(string kind, int length)
    {
        byte[] data = Make(kind, length);
        byte[] block = new byte[Lz4Block.MaxCompressedLength(length)];
        byte[] frame = Lz4Frame.Write(block[..Lz4Block.Compress(data, block)]);
        Assert.Equal(data, Lz4Command.Decompress(frame));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryDecompress_BlocksOfTheReference_ReadsThem(string kind, int length)
    {
        byte[] data = Make(kind, length);
        foreach (string[] options in (string[][])[["-1", "-B4"], ["-1", "-B7", "--no-frame-crc"], ["-9", "-B5", "-BX"], ["--fast=4", "-B6"]])
            Assert.Equal(data, Read(Lz4Command.Compress(data, options)));
    }

    [Theory]
    [InlineData(1_024)]
    [InlineData(16_384)]
    [InlineData(65_536)]
    [InlineData(3_000_000)]
    public void Compress_Text_IsNoLargerThanTheReferenceByMoreThanThreePercent(int length)
    {
        byte[] data = TestText.Prose(length, 5);
        int ours = Lz4Block.Compress(data, new byte[Lz4Block.MaxCompressedLength(length)]);
        int reference = Lz4Frame.Read(Lz4Command.Compress(data, "-1")).Sum(block => block.Bytes.Length);
        Assert.True(ours <= 1.03 * reference, $"{ours} bytes, the reference {reference}");
    }

    private static byte[] Read(byte[] frame)
    {
        using var data = new MemoryStream();
        byte[] room = new byte[4 << 20];
        foreach ((bool isCompressed, byte[] bytes) in Lz4Frame.Read(frame))
        {
            int written = bytes.Length;
            if (isCompressed)
                Assert.True(Lz4Block.TryDecompress(bytes, room, out written));
            data.Write(isCompressed ? room.AsSpan(0, written) : bytes);
        }

        return data.ToArray();
    }

    private static byte[] Make(string kind, int length) => kind switch
    {
        "prose" => TestText.Prose(length, 1),
        "mixed" => TestText.Mixed(length, 2),
        "random" => TestBytes.Value(3, length),
        _ => new byte[length],
    };
}
