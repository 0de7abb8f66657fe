using System.Text;
using Strata.Engine.Codecs;

namespace Strata.Lab.Operations;

/// <summary>LZ4 blocks of a payload of text, both ways.</summary>
internal sealed class CodecOperations : IOperationSet
{
    private readonly byte[] _payload = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 200).Select(index => $"{{\"id\":{index},\"name\":\"a name\"}},")));
    private readonly byte[] _room = new byte[16_384];
    private readonly byte[] _block = new byte[16_384];
    private int _blockBytes;

    public Type Type => typeof(Lz4Block);

    public IReadOnlyCollection<string> LeftOut => [];

    public IEnumerable<Operation> Operations =>
    [
        Operation.Of(Type, nameof(Lz4Block.Compress), "", _ => Lz4Block.Compress(_payload, _block) == _blockBytes),
        Operation.Of(Type, nameof(Lz4Block.TryDecompress), "", _ => Lz4Block.TryDecompress(_block.AsSpan(0, _blockBytes), _room, out int written) && written == _payload.Length),
    ];

    public void Fill() => _blockBytes = Lz4Block.Compress(_payload, _block);

    public void Dispose()
    {
    }
}
