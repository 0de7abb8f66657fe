using System.Buffers.Binary;
using System.IO.Compression;

namespace Strata.Demo.Traffic;

/// <summary>
/// A recorded trace: a gzip file of little-endian records, each a key of 8 bytes and a size of 4. A key stands for a product, the sizes
/// are those of the product pages. The tasks take the records in turn.
/// </summary>
internal sealed class RecordedTraffic : IRequestSource
{
    private const int RecordBytes = sizeof(ulong) + sizeof(uint);
    private readonly int[] _productIds;

    private RecordedTraffic(string name, int[] productIds)
    {
        _productIds = productIds;
        Description = $"trace {name}, {productIds.Length:N0} requests";
    }

    public string Description { get; }

    /// <summary>Reads a whole trace.</summary>
    /// <exception cref="InvalidDataException">The file is not gzip, is empty, or ends within a record.</exception>
    public static RecordedTraffic Read(string path, int productCount)
    {
        try
        {
            using var records = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            int[] productIds = ReadProductIds(records, productCount);
            return productIds.Length > 0
                ? new RecordedTraffic(Path.GetFileName(path), productIds)
                : throw new InvalidDataException("it has no records.");
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is not a trace: {e.Message}", e);
        }
    }

    public IRequestStream Open(int task, int taskCount) => new Stream(_productIds, task, taskCount);

    private static int[] ReadProductIds(GZipStream records, int productCount)
    {
        var productIds = new List<int>();
        byte[] block = new byte[RecordBytes * 4096];
        int length;
        do
        {
            length = records.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            if (length % RecordBytes != 0)
                throw new InvalidDataException($"it ends within a record of {RecordBytes} bytes.");
            for (int offset = 0; offset < length; offset += RecordBytes)
                productIds.Add(1 + (int)(BinaryPrimitives.ReadUInt64LittleEndian(block.AsSpan(offset)) % (ulong)productCount));
        }
        while (length == block.Length);

        return [.. productIds];
    }

    private sealed class Stream(int[] productIds, int first, int step) : IRequestStream
    {
        private long _next = first;

        public bool TryNext(out PageRequest request)
        {
            if (_next >= productIds.Length)
            {
                request = default;
                return false;
            }

            request = new PageRequest(PageKind.Product, productIds[_next]);
            _next += step;
            return true;
        }
    }
}
