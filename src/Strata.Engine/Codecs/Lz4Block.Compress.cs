using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Strata.Engine.Codecs;

/// <summary>Finding matches and writing sequences.</summary>
public static unsafe partial class Lz4Block
{
    // 32 KiB of positions on the stack, a processor's first cache at most. Little data fills little of it, and what is not there need not be cleared.
    private const int MaxTableLog = 13;
    private const int MinTableLog = 8;

    // From so many bytes on there are enough candidates to look for longer ones: the block becomes shorter, and is read faster. Below, every match counts.
    private const int ManyBytes = 1 << 14;
    private const int FourBytesShift = 32;
    private const int FiveBytesShift = 24;

    // After so many places without a match (as a power of two) the search takes longer steps: data that does not compress is passed quickly.
    private const int PatienceLog = 6;

    /// <summary>Compresses data greedily, with one candidate a place: the fast level of LZ4. Takes 32 KiB of the stack.</summary>
    /// <param name="source">The data, at most <see cref="MaxSourceBytes"/>; it may be empty.</param>
    /// <param name="destination">Receives the block. What is behind the block's end is undefined afterwards. It must not overlap the data.</param>
    /// <returns>The length of the block; 0 when the destination is too short for it. <see cref="MaxCompressedLength"/> bytes are always enough.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The data is too long.</exception>
    [SkipLocalsInit]
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Length > MaxSourceBytes)
            throw new ArgumentOutOfRangeException(nameof(source), source.Length, $"The data has {source.Length} bytes; a block holds at most {MaxSourceBytes} bytes.");
        int tableLog = Math.Clamp(BitOperations.Log2((uint)source.Length), MinTableLog, MaxTableLog);
        uint* positions = stackalloc uint[1 << MaxTableLog];
        new Span<uint>(positions, 1 << tableLog).Clear();
        // Pinned, so addresses stay true; the comments below say why each access is inside these two spans or the table.
        fixed (byte* from = source, to = destination)
            return Compress(positions, tableLog, source.Length < ManyBytes ? FourBytesShift : FiveBytesShift, from, source.Length, to, destination.Length);
    }

    private static int Compress(uint* positions, int tableLog, int shift, byte* source, int sourceBytes, byte* destination, int destinationBytes)
    {
        byte* literals = source;
        byte* write = destination;
        byte* writeEnd = destination + destinationBytes;
        byte* sourceEnd = source + sourceBytes;
        if (sourceBytes > LastMatchStart)
        {
            byte* lastStart = sourceEnd - LastMatchStart;
            byte* matchEnd = sourceEnd - LastLiterals;
            // The table's empty places say 0, which is true for the first byte as a candidate, but not as its own: the search starts behind it.
            byte* at = source + 1;
            while (TryFindMatch(positions, tableLog, shift, source, ref at, lastStart, out byte* match))
            {
                // Before the place found there may be more that is the same.
                while (at > literals && match > source && at[-1] == match[-1])
                {
                    at--;
                    match--;
                }

                // Up to the last start, 8 bytes from a place are data: see SameBytes.
                int matchBytes = MinMatch + SameBytes(at + MinMatch, match + MinMatch, matchEnd);
                if (!TryWriteSequence(ref write, writeEnd, literals, (int)(at - literals), (int)(at - match), matchBytes, sourceEnd))
                    return 0;
                at += matchBytes;
                literals = at;
                if (at > lastStart)
                    break;
                // The end of a match often begins the next one.
                positions[Hash(at - 2, shift, tableLog)] = (uint)(at - 2 - source);
            }
        }

        return TryWriteLast(ref write, writeEnd, literals, (int)(sourceEnd - literals)) ? (int)(write - destination) : 0;
    }

    /// <summary>Goes on from <paramref name="at"/> to a place whose next four bytes stood before, at most <see cref="MaxOffset"/> back.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryFindMatch(uint* positions, int tableLog, int shift, byte* source, ref byte* at, byte* lastStart, out byte* match)
    {
        byte* place = at;
        uint hash = Hash(place, shift, tableLog);
        for (int tries = 1 << PatienceLog; ; tries++)
        {
            byte* next = place + (tries >> PatienceLog);
            match = source + positions[hash];
            positions[hash] = (uint)(place - source);
            if (next > lastStart)
                return false;
            // Looked up ahead, so that the multiplication runs beside the comparison.
            hash = Hash(next, shift, tableLog);
            // A candidate is before the place, since positions are put in as they are passed.
            if (place - match <= MaxOffset && Unsafe.ReadUnaligned<uint>(match) == Unsafe.ReadUnaligned<uint>(place))
            {
                at = place;
                return true;
            }

            place = next;
        }
    }

    /// <summary>Of the next four or five bytes, by the shift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(byte* at, int shift, int tableLog)
    {
        // Places are at least 12 bytes before the end. A multiplication with 2^64 over the golden section brings every lower bit into the upper ones, of which as many are taken as the table's places have.
        return (uint)((Little(Unsafe.ReadUnaligned<ulong>(at)) << shift) * 0x9E37_79B9_7F4A_7C15 >> (64 - tableLog));
    }

    /// <summary>How many bytes are the same from two places on, up to <paramref name="end"/>, which the first is not behind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SameBytes(byte* first, byte* second, byte* end)
    {
        byte* start = first;
        // 8 bytes are read only where 8 bytes are left; the second place is before the first.
        while (end - first >= sizeof(ulong))
        {
            ulong difference = Unsafe.ReadUnaligned<ulong>(first) ^ Unsafe.ReadUnaligned<ulong>(second);
            if (difference != 0)
                return (int)(first - start) + (BitOperations.TrailingZeroCount(Little(difference)) >> 3);
            first += sizeof(ulong);
            second += sizeof(ulong);
        }

        while (first < end && *first == *second)
        {
            first++;
            second++;
        }

        return (int)(first - start);
    }

    private static ulong Little(ulong value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

    /// <summary>Writes literals and a match, or says that there is no room for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryWriteSequence(ref byte* write, byte* writeEnd, byte* literals, int literalBytes, int offset, int matchBytes, byte* sourceEnd)
    {
        byte* to = write;
        int codedMatch = matchBytes - MinMatch;
        // Token, both lengths, literals, offset.
        if (writeEnd - to < 1L + ((literalBytes + 240L) / 255) + literalBytes + sizeof(ushort) + ((codedMatch + 240L) / 255))
            return false;
        byte* token = to++;
        if (literalBytes < LongLength)
        {
            *token = (byte)(literalBytes << 4);
            // 16 bytes at once where both sides have as many; what is too much is written over.
            if (writeEnd - to >= 16 && sourceEnd - literals >= 16)
                Copy16(to, literals);
            else
                Unsafe.CopyBlockUnaligned(to, literals, (uint)literalBytes);
        }
        else
        {
            *token = LongLength << 4;
            to = WriteLength(to, literalBytes - LongLength);
            Unsafe.CopyBlockUnaligned(to, literals, (uint)literalBytes);
        }

        to += literalBytes;
        to[0] = (byte)offset;
        to[1] = (byte)(offset >> 8);
        to += sizeof(ushort);
        if (codedMatch < LongLength)
        {
            *token |= (byte)codedMatch;
        }
        else
        {
            *token |= LongLength;
            to = WriteLength(to, codedMatch - LongLength);
        }

        write = to;
        return true;
    }

    private static bool TryWriteLast(ref byte* write, byte* writeEnd, byte* literals, int literalBytes)
    {
        byte* to = write;
        if (writeEnd - to < 1L + ((literalBytes + 240L) / 255) + literalBytes)
            return false;
        byte* token = to++;
        *token = (byte)(Math.Min(literalBytes, LongLength) << 4);
        if (literalBytes >= LongLength)
            to = WriteLength(to, literalBytes - LongLength);
        Unsafe.CopyBlockUnaligned(to, literals, (uint)literalBytes);
        write = to + literalBytes;
        return true;
    }

    /// <summary>The part of a length that the token does not hold; room for it was checked.</summary>
    private static byte* WriteLength(byte* to, int rest)
    {
        for (; rest >= 255; rest -= 255)
            *to++ = 255;
        *to++ = (byte)rest;
        return to;
    }
}
