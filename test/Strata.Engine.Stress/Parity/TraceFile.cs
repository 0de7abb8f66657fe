using System.Buffers.Binary;
using System.IO.Compression;

namespace Strata.Engine.Stress.Parity;

/// <summary>A request trace: gzip of little-endian records, a key of 64 bits and a size of 32.</summary>
internal static class TraceFile
{
    public const string Pattern = "*.bin.gz";

    private const int RecordBytes = 12;

    /// <summary>The keys of the first requests.</summary>
    public static IEnumerable<ParityRequest> Read(string path, int most)
    {
        using var unzipped = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var record = new byte[RecordBytes];
        for (int i = 0; i < most && unzipped.ReadAtLeast(record, RecordBytes, throwOnEndOfStream: false) == RecordBytes; i++)
            yield return new ParityRequest(BinaryPrimitives.ReadInt64LittleEndian(record));
    }
}
