using Strata.Files.Layout;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Files.Tests.Layout;

public sealed class NhHashTests
{
    private static readonly byte[] s_key = TestBytes.Value(1, NhHash.KeyBytes);

    [Fact]
    public void Sum_OfAnyLength_IsWhatThePaperSays()
    {
        var hash = new NhHash(s_key);
        foreach (int length in (int[])[.. Enumerable.Range(0, 140), 1_023, 1_060, NhHash.BlockBytes - 1, NhHash.BlockBytes])
        {
            byte[] block = TestBytes.Value((ulong)length, length);
            hash.Sum(block, out ulong first, out ulong second);
            Assert.Equal((length, Nh(block, s_key), Nh(block, s_key.AsSpan(8))), (length, first, second));
        }
    }

    /// <summary>Machines without the vectors read what others wrote.</summary>
    [Fact]
    public void AddPairs_OfAnyLength_GivesTheSame()
    {
        var hash = new NhHash(s_key);
        for (int length = 0; length <= NhHash.BlockBytes; length += 1 + length / 32)
        {
            byte[] block = TestBytes.Value((ulong)length, length);
            hash.Sum(block, out ulong first, out ulong second);
            ulong firstOfPairs = 0, secondOfPairs = 0;
            hash.AddPairs(block, 0, ref firstOfPairs, ref secondOfPairs);
            Assert.Equal((length, first, second), (length, firstOfPairs, secondOfPairs));
        }
    }

    private static ulong Nh(ReadOnlySpan<byte> block, ReadOnlySpan<byte> key)
    {
        byte[] padded = new byte[(block.Length + 7) / 8 * 8];
        block.CopyTo(padded);
        UInt128 sum = 0;
        for (int i = 0; i < padded.Length; i += 8)
            sum += (UInt128)unchecked(BitConverter.ToUInt32(padded, i) + BitConverter.ToUInt32(key[i..])) * unchecked(BitConverter.ToUInt32(padded, i + 4) + BitConverter.ToUInt32(key[(i + 4)..]));
        return (ulong)sum;
    }
}
