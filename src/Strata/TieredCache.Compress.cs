using System.Buffers;
using Strata.Entries;
using Strata.Payloads;
using Strata.Payloads.Compression;

namespace Strata;

/// <summary>Payloads that are kept compressed in memory. Their entries are marked, so that straight reads leave them to a closer look.</summary>
public sealed partial class TieredCache
{
    /// <summary>Says what memory is to keep of a payload: itself, or its compressed form where that is allowed and worth it.</summary>
    /// <param name="payload">The payload.</param>
    /// <param name="options">How it is kept.</param>
    /// <param name="isShared">Whether the object front has its instance, which serves plain entries only.</param>
    private KeptPayload Compressed(ReadOnlySpan<byte> payload, in EntryOptions options, bool isShared)
    {
        if (_compression is null || isShared || payload.Length < _compressionThresholdBytes || !PolicyOf(options).AllowsCompression)
            return new(payload, rented: null);
        byte[] rented = ArrayPool<byte>.Shared.Rent(payload.Length);
        if (_compression.TryCompress(payload, rented.AsSpan(0, payload.Length), out int written))
            return new(rented.AsSpan(0, written), rented);
        ArrayPool<byte>.Shared.Return(rented);
        return new(payload, rented: null);
    }

    /// <summary>Replaces a compressed payload by what it stands for.</summary>
    private bool TryDecompress(PayloadBuffer payload)
    {
        byte[] frame = ArrayPool<byte>.Shared.Rent(payload.LengthBytes);
        try
        {
            int frameBytes = payload.LengthBytes;
            payload.WrittenSpan.CopyTo(frame);
            payload.Clear();
            return _compression is not null && _compression.Read(frame.AsSpan(0, frameBytes), payload, out _) == CompressionRead.Ok;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }
}
