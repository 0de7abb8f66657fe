using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Strata.Engine.Codecs;

/// <summary>Reading sequences.</summary>
public static unsafe partial class Lz4Block
{
    // What one turn of the fast loop may touch beyond where it stands: token, 16 bytes for at most 14 literals, and an offset; 14 literals and 32 bytes for at most 18 of a match.
    private const int FastReadBytes = 1 + 16 + sizeof(ushort);
    private const int FastWriteBytes = 14 + 32;

    // Copies go by 16 bytes and may touch so many too much.
    private const int CopySlackBytes = 16;

    /// <summary>
    /// Decompresses a block. Any bytes may be given: it never reads outside the block nor writes outside the destination, and takes time in proportion to the two.
    /// </summary>
    /// <param name="source">The block.</param>
    /// <param name="destination">Receives the data. What is behind the end of the data, or after <c>false</c> all of it, is undefined. It must not overlap the block.</param>
    /// <param name="written">The length of the data; 0 after <c>false</c>.</param>
    /// <returns><c>false</c> when the bytes are no block, or the data is longer than the destination.</returns>
    public static bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        // Pinned, so addresses stay true; see below for why every access is inside.
        fixed (byte* from = source, to = destination)
        {
            written = Decompress(from, from + source.Length, to, to + destination.Length);
            if (written >= 0)
                return true;
            written = 0;
            return false;
        }
    }

    /// <returns>The bytes written, or -1.</returns>
    /// <remarks>Lengths are compared with distances, which 64 bits hold: no length that fits the block overflows one.</remarks>
    private static int Decompress(byte* read, byte* readEnd, byte* start, byte* writeEnd)
    {
        byte* write = start;
        // Where the fast loop must not begin a turn any more. Null, which nothing is before, where it must not begin at all.
        byte* fastReadEnd = readEnd - read >= FastReadBytes ? readEnd - FastReadBytes + 1 : null;
        byte* fastWriteEnd = writeEnd - write >= FastWriteBytes ? writeEnd - FastWriteBytes + 1 : null;
        while (true)
        {
            // As long as a short sequence fits on both sides, most of it needs no check but its offset. What is not short or repeats itself closely is left to the rest.
            uint token;
            nuint literalBytes, matchBytes, offset;
            while (read < fastReadEnd && write < fastWriteEnd)
            {
                token = *read;
                literalBytes = token >> 4;
                if (literalBytes == LongLength)
                    break;
                Copy16(write, read + 1);
                byte* match = write + literalBytes;
                byte* next = read + literalBytes + 1 + sizeof(ushort);
                offset = ReadOffset(next - sizeof(ushort));
                if (offset > (nuint)(match - start) || offset < 16)
                    break;
                byte* from = match - offset;
                Copy16(match, from);
                Copy16(match + 16, from + 16);
                matchBytes = (token & LongLength) + MinMatch;
                if (matchBytes == LongLength + MinMatch)
                {
                    uint more = *next++;
                    matchBytes += more;
                    if (more == 255 || (nuint)(writeEnd - match) < matchBytes + CopySlackBytes)
                        break;
                    for (nuint done = 32; done < matchBytes; done += 16)
                        Copy16(match + done, from + done);
                }

                read = next;
                write = match + matchBytes;
            }

            // One sequence of any form, with every check.
            if (read >= readEnd)
                return -1;
            token = *read++;
            literalBytes = token >> 4;
            if (literalBytes == LongLength && !TryReadLength(ref read, readEnd, ref literalBytes))
                return -1;
            if (literalBytes > (nuint)(readEnd - read) || literalBytes > (nuint)(writeEnd - write))
                return -1;
            CopyLiterals(write, read, (nint)literalBytes, readEnd, writeEnd);
            read += literalBytes;
            write += literalBytes;
            if (read == readEnd)
                return (int)(write - start);

            if (readEnd - read < sizeof(ushort))
                return -1;
            offset = ReadOffset(read);
            read += sizeof(ushort);
            if (offset == 0 || offset > (nuint)(write - start))
                return -1;
            matchBytes = token & LongLength;
            if (matchBytes == LongLength && !TryReadLength(ref read, readEnd, ref matchBytes))
                return -1;
            matchBytes += MinMatch;
            if (matchBytes > (nuint)(writeEnd - write))
                return -1;
            CopyMatch(write, (nint)offset, (nint)matchBytes, writeEnd);
            write += matchBytes;
        }
    }

    /// <summary>Adds what the token does not hold of a length; at most 255 times the bytes that are left.</summary>
    private static bool TryReadLength(ref byte* read, byte* readEnd, ref nuint length)
    {
        while (read < readEnd)
        {
            uint more = *read++;
            length += more;
            if (more != 255)
                return true;
        }

        return false;
    }

    /// <summary>Copies so many bytes, which both sides have.</summary>
    private static void CopyLiterals(byte* to, byte* from, nint length, byte* fromEnd, byte* toEnd)
    {
        if (fromEnd - from < length + CopySlackBytes || toEnd - to < length + CopySlackBytes)
        {
            Unsafe.CopyBlockUnaligned(to, from, (uint)length);
            return;
        }

        for (nint done = 0; done < length; done += 16)
            Copy16(to + done, from + done);
    }

    /// <summary>Copies so many bytes, which there is room for, from what was written before; what is copied may be copied again.</summary>
    private static void CopyMatch(byte* to, nint offset, nint length, byte* toEnd)
    {
        // Up to here a vector may begin; what it writes too much is written over or behind the end of the data.
        nint lastVector = Math.Min(length - 1, (nint)(toEnd - to) - CopySlackBytes);
        nint done = 0;
        nint period = offset;
        if (offset < 16 && lastVector >= 0)
        {
            // The data repeats every offset bytes, so it repeats every multiple of it too: from one of at least 16 bytes on, whole vectors are right.
            for (; done < 16; done++)
                to[done] = to[done - offset];
            period = offset * ((15 + offset) / offset);
        }

        for (; done <= lastVector; done += 16)
            Copy16(to + done, to + done - period);
        for (; done < length; done++)
            to[done] = to[done - offset];
    }

    // The addresses have 16 bytes each; the callers say why.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy16(byte* to, byte* from) => Vector128.Store(Vector128.Load(from), to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint ReadOffset(byte* from)
    {
        ushort offset = Unsafe.ReadUnaligned<ushort>(from);
        return BitConverter.IsLittleEndian ? offset : BinaryPrimitives.ReverseEndianness(offset);
    }
}
