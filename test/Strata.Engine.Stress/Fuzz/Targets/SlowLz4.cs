namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>LZ4 blocks byte by byte, as the format's description has it: what the fast decoder must agree with on every input.</summary>
internal static class SlowLz4
{
    /// <returns>The length of the data, or -1 when the block is none or the data does not fit.</returns>
    public static int Decompress(ReadOnlySpan<byte> block, Span<byte> data)
    {
        int read = 0, written = 0;
        while (read < block.Length)
        {
            int token = block[read++];
            long literals = Length(block, ref read, token >> 4);
            if (literals > block.Length - read || literals > data.Length - written)
                return -1;
            for (; literals > 0; literals--)
                data[written++] = block[read++];
            if (read == block.Length)
                return written;
            if (block.Length - read < 2)
                return -1;
            int offset = block[read] | (block[read + 1] << 8);
            read += 2;
            long match = Length(block, ref read, token & 15) + 4;
            if (offset == 0 || offset > written || match > data.Length - written)
                return -1;
            for (; match > 0; match--, written++)
                data[written] = data[written - offset];
        }

        return -1;
    }

    /// <summary>A length that does not end is longer than anything.</summary>
    private static long Length(ReadOnlySpan<byte> block, ref int read, int nibble)
    {
        long length = nibble;
        if (nibble < 15)
            return length;
        while (read < block.Length)
        {
            int more = block[read++];
            length += more;
            if (more != 255)
                return length;
        }

        return int.MaxValue;
    }
}
