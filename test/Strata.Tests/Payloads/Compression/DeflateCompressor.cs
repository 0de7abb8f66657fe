using System.IO.Compression;
using Strata.Payloads.Compression;

namespace Strata.Tests.Payloads.Compression;

/// <summary>A compressor as a user would plug it in.</summary>
internal sealed class DeflateCompressor(byte id = DeflateCompressor.CodecId) : IPayloadCompressor
{
    public const byte CodecId = IPayloadCompressor.FirstCustomId;

    public byte Id => id;

    public string Name => "deflate";

    public int MaxExpansion => 1_032;

    public bool TryCompress(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        using var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(source);
        written = (int)compressed.Length;
        return compressed.ToArray().AsSpan().TryCopyTo(destination);
    }

    public bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        using var inflate = new DeflateStream(new MemoryStream(source.ToArray()), CompressionMode.Decompress);
        try
        {
            written = inflate.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
            return inflate.ReadByte() < 0;
        }
        catch (InvalidDataException)
        {
            written = 0;
            return false;
        }
    }
}
