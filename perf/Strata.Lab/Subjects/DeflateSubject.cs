using System.IO.Compression;

namespace Strata.Lab.Subjects;

/// <summary>The runtime's Deflate, over streams of memory that exist already.</summary>
internal sealed class DeflateSubject(CompressionLevel level, string name) : CodecSubject(name)
{
    private readonly MemoryStream _compressed = new();

    protected override int Compress(byte[] payload)
    {
        _compressed.SetLength(0);
        using (DeflateStream deflate = new(_compressed, level, leaveOpen: true))
            deflate.Write(payload);
        return (int)_compressed.Length;
    }

    protected override byte[] CompressToArray(byte[] payload)
    {
        Compress(payload);
        return _compressed.ToArray();
    }

    protected override void Decompress(byte[] compressed, byte[] destination)
    {
        using DeflateStream inflate = new(new MemoryStream(compressed), CompressionMode.Decompress);
        inflate.ReadExactly(destination);
    }
}
