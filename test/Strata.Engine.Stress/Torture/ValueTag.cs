using System.Buffers.Binary;
using System.Numerics;

namespace Strata.Engine.Stress.Torture;

/// <summary>
/// What a value says of itself, repeated every 64 bytes: key, writer, sequence within the key, length, number of the piece and a checksum
/// of these; the rest of a piece follows from the checksum. A byte of another value, another length or another place is noticed.
/// </summary>
/// <remarks><code>
/// 0     4       8          16       20      24         32                        64
/// | key | writer | sequence | length | piece | checksum | words from the checksum |
/// </code></remarks>
internal readonly record struct ValueTag(int Key, int Writer, long Sequence, int Length)
{
    /// <summary>The shortest value that can say it all.</summary>
    public const int MinBytes = 32;

    private const int PieceBytes = 64;
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15;

    /// <summary>Fills a value of <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> value)
    {
        Span<byte> piece = stackalloc byte[PieceBytes];
        for (int at = 0; at < Length; at += PieceBytes)
        {
            WritePiece(piece, at / PieceBytes);
            piece[..Math.Min(PieceBytes, Length - at)].CopyTo(value[at..]);
        }
    }

    /// <summary>Whether the value is one whole value, down to the last byte.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out ValueTag tag)
    {
        tag = default;
        if (value.Length < MinBytes)
            return false;
        tag = new ValueTag(
            BinaryPrimitives.ReadInt32LittleEndian(value),
            BinaryPrimitives.ReadInt32LittleEndian(value[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(value[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(value[16..]));
        if (tag.Length != value.Length)
            return false;
        Span<byte> piece = stackalloc byte[PieceBytes];
        for (int at = 0; at < value.Length; at += PieceBytes)
        {
            tag.WritePiece(piece, at / PieceBytes);
            int bytes = Math.Min(PieceBytes, value.Length - at);
            if (!value.Slice(at, bytes).SequenceEqual(piece[..bytes]))
                return false;
        }

        return true;
    }

    private void WritePiece(Span<byte> piece, int number)
    {
        ulong checksum = (uint)Key * Odd ^ (uint)Writer;
        checksum = BitOperations.RotateLeft(checksum * Odd, 29) ^ (ulong)Sequence;
        checksum = BitOperations.RotateLeft(checksum * Odd, 29) ^ ((ulong)(uint)Length << 32 | (uint)number);
        checksum *= Odd;
        BinaryPrimitives.WriteInt32LittleEndian(piece, Key);
        BinaryPrimitives.WriteInt32LittleEndian(piece[4..], Writer);
        BinaryPrimitives.WriteInt64LittleEndian(piece[8..], Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(piece[16..], Length);
        BinaryPrimitives.WriteInt32LittleEndian(piece[20..], number);
        for (int at = 24; at < PieceBytes; at += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(piece[at..], checksum);
            checksum = BitOperations.RotateLeft(checksum + Odd, 17) * Odd;
        }
    }
}
