using System.Buffers.Binary;
using System.IO.Compression;
using Strata.Demo.Traffic;
using Xunit;

namespace Strata.Demo.Tests.Traffic;

public sealed class RecordedTrafficTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Open_TwoTasks_TakeTheRecordsInTurn()
    {
        Write(Records(0, 5, 12, 999, ulong.MaxValue));

        var traffic = RecordedTraffic.Read(_path, productCount: 10);

        Assert.Equal([1, 3, 6], ZipfSamplerTests.Take(traffic.Open(0, 2), 9).Select(request => request.Id));
        Assert.Equal([6, 10], ZipfSamplerTests.Take(traffic.Open(1, 2), 9).Select(request => request.Id));
    }

    [Fact]
    public void Read_ManyBlocks_KeepsEveryRecord()
    {
        Write(Records([.. Enumerable.Range(0, 10_000).Select(key => (ulong)key)]));

        Assert.Equal(Enumerable.Range(1, 10_000), ZipfSamplerTests.Take(RecordedTraffic.Read(_path, 20_000).Open(0, 1), 20_000).Select(request => request.Id));
    }

    [Fact]
    public void Read_HalfARecord_NamesFileAndFault()
    {
        Write([.. Records(1), 1, 2, 3]);
        Assert.Contains(_path, Assert.Throws<InvalidDataException>(() => RecordedTraffic.Read(_path, 10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NoRecords_Throws()
    {
        Write([]);
        Assert.Throws<InvalidDataException>(() => RecordedTraffic.Read(_path, 10));
    }

    [Fact]
    public void Read_NotGzip_Throws()
    {
        File.WriteAllText(_path, "plain text");
        Assert.Throws<InvalidDataException>(() => RecordedTraffic.Read(_path, 10));
    }

    private static byte[] Records(params ulong[] keys)
    {
        byte[] bytes = new byte[keys.Length * 12];
        for (int i = 0; i < keys.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 12), keys[i]);
        return bytes;
    }

    private void Write(byte[] bytes)
    {
        using var file = new GZipStream(File.Create(_path), CompressionLevel.Fastest);
        file.Write(bytes);
    }
}
