using System.Buffers.Binary;
using System.IO.Compression;

namespace Strata.Lab.Load;

/// <summary>A request trace: gzip of little-endian records, a key of 64 bits and a size of 32 bits (1 where the source has none).</summary>
internal sealed class Trace
{
    private const int RecordBytes = 12;
    private const string Extension = ".bin.gz";

    private Trace(string name, ulong[] keys, int[] sizes)
    {
        Name = name;
        Keys = keys;
        Sizes = sizes;
        HashSet<ulong> seen = [];
        for (int request = 0; request < keys.Length; request++)
        {
            if (seen.Add(keys[request]))
                FootprintBytes += sizes[request];
            MaxSizeBytes = Math.Max(MaxSizeBytes, sizes[request]);
        }

        UniqueKeys = seen.Count;
    }

    public string Name { get; }

    /// <summary>The key of each request.</summary>
    public ulong[] Keys { get; }

    /// <summary>The size of each request's object in bytes.</summary>
    public int[] Sizes { get; }

    public int UniqueKeys { get; }

    /// <summary>The bytes of all objects, each counted once.</summary>
    public long FootprintBytes { get; }

    public int MaxSizeBytes { get; }

    /// <summary>Whether the source had sizes.</summary>
    public bool IsSized => MaxSizeBytes > 1;

    public static IEnumerable<FileInfo> FilesIn(DirectoryInfo directory) => directory.EnumerateFiles("*" + Extension).OrderBy(file => file.Length);

    public static string NameOf(FileInfo file) => file.Name[..^Extension.Length];

    public static Trace Read(FileInfo file)
    {
        List<ulong> keys = [];
        List<int> sizes = [];
        using GZipStream unzipped = new(file.OpenRead(), CompressionMode.Decompress);
        byte[] block = new byte[RecordBytes * 8192];
        for (int length; (length = unzipped.ReadAtLeast(block, block.Length, throwOnEndOfStream: false)) > 0;)
        {
            if (length % RecordBytes != 0)
                throw new InvalidDataException($"The trace {file.Name} ends inside a record: {length % RecordBytes} bytes of {RecordBytes}.");
            for (ReadOnlySpan<byte> rest = block.AsSpan(0, length); rest.Length > 0; rest = rest[RecordBytes..])
            {
                keys.Add(BinaryPrimitives.ReadUInt64LittleEndian(rest));
                sizes.Add(checked((int)BinaryPrimitives.ReadUInt32LittleEndian(rest[sizeof(ulong)..])));
            }
        }

        return new(NameOf(file), [.. keys], [.. sizes]);
    }
}
