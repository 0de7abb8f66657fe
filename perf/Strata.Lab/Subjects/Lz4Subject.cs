using Strata.Engine.Codecs;

namespace Strata.Lab.Subjects;

/// <summary>LZ4 blocks of the engine.</summary>
internal sealed class Lz4Subject(int payloadBytes) : CodecSubject("lz4")
{
    private readonly byte[] _block = new byte[Lz4Block.MaxCompressedLength(payloadBytes)];

    protected override int Compress(byte[] payload) => Lz4Block.Compress(payload, _block);

    protected override byte[] CompressToArray(byte[] payload) => _block[..Compress(payload)];

    protected override void Decompress(byte[] compressed, byte[] destination)
    {
        if (!Lz4Block.TryDecompress(compressed, destination, out int written) || written != destination.Length)
            throw new InvalidOperationException("An LZ4 block did not come back.");
    }
}
