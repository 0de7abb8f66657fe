using System.Buffers.Binary;
using System.Numerics;

namespace Strata.TestKit.Lz4;

/// <summary>
/// The LZ4 frame format, as far as it takes to give blocks to the <c>lz4</c> command and to take them from it: independent blocks, no dictionary; checksums of
/// blocks and of the content are passed over.
/// </summary>
public static class Lz4Frame
{
    private const uint Magic = 0x184D2204;
    private const uint StoredBlock = 0x8000_0000;
    private const byte Version1 = 0x40, IndependentBlocks = 0x20, BlockChecksums = 0x10, ContentSize = 0x08;
    private const byte FourMegabyteBlocks = 0x70;

    /// <summary>Puts blocks of at most 4 MiB of data each into a frame.</summary>
    public static byte[] Write(params IEnumerable<byte[]> blocks)
    {
        byte[] descriptor = [Version1 | IndependentBlocks, FourMegabyteBlocks];
        using var frame = new MemoryStream();
        using var writer = new BinaryWriter(frame);
        writer.Write(Magic);
        writer.Write(descriptor);
        writer.Write(DescriptorChecksum(descriptor));
        foreach (byte[] block in blocks)
        {
            writer.Write(block.Length);
            writer.Write(block);
        }

        writer.Write(0);
        return frame.ToArray();
    }

    /// <summary>Takes the blocks out of a frame, and says of each whether it is compressed.</summary>
    /// <exception cref="InvalidDataException">It is no frame of independent blocks.</exception>
    public static IReadOnlyList<(bool IsCompressed, byte[] Bytes)> Read(byte[] frame)
    {
        byte flags = frame[4];
        int descriptorBytes = 2 + ((flags & ContentSize) != 0 ? sizeof(ulong) : 0);
        ReadOnlySpan<byte> descriptor = frame.AsSpan(4, descriptorBytes);
        int at = 4 + descriptorBytes;
        if (BinaryPrimitives.ReadUInt32LittleEndian(frame) != Magic || (flags & IndependentBlocks) == 0 || frame[at] != DescriptorChecksum(descriptor))
            throw new InvalidDataException("No frame of independent blocks.");
        at++;
        List<(bool, byte[])> blocks = [];
        while (BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(at)) is uint size and not 0)
        {
            int lengthBytes = (int)(size & ~StoredBlock);
            blocks.Add(((size & StoredBlock) == 0, frame[(at + 4)..(at + 4 + lengthBytes)]));
            at += 4 + lengthBytes + ((flags & BlockChecksums) != 0 ? 4 : 0);
        }

        return blocks;
    }

    private static byte DescriptorChecksum(ReadOnlySpan<byte> descriptor) => (byte)(XxHash32OfShort(descriptor) >> 8);

    /// <summary>XXH32 with seed 0 (Collet, "xxHash fast digest algorithm") of less than 16 bytes: a descriptor is never longer.</summary>
    private static uint XxHash32OfShort(ReadOnlySpan<byte> bytes)
    {
        const uint prime1 = 0x9E3779B1, prime2 = 0x85EBCA77, prime3 = 0xC2B2AE3D, prime4 = 0x27D4EB2F, prime5 = 0x165667B1;
        uint hash = prime5 + (uint)bytes.Length;
        for (; bytes.Length >= 4; bytes = bytes[4..])
            hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * prime3), 17) * prime4;
        foreach (byte rest in bytes)
            hash = BitOperations.RotateLeft(hash + (rest * prime5), 11) * prime1;
        hash = (hash ^ (hash >> 15)) * prime2;
        hash = (hash ^ (hash >> 13)) * prime3;
        return hash ^ (hash >> 16);
    }
}
