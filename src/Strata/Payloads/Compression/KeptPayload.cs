using System.Buffers;

namespace Strata.Payloads.Compression;

/// <summary>What memory is to keep of a payload, and the array that holds it when it is compressed.</summary>
internal readonly ref struct KeptPayload(ReadOnlySpan<byte> bytes, byte[]? rented)
{
    private readonly byte[]? _rented = rented;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    public bool IsCompressed => _rented is not null;

    /// <summary>Gives the array back.</summary>
    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
    }
}
