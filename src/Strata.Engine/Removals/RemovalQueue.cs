using System.Numerics;
using System.Runtime.InteropServices;

namespace Strata.Engine.Removals;

/// <summary>
/// What left one stripe and was not told yet: a ring of bytes with one writer at a time, the holder of the stripe's lock, and one reader at a time, who
/// delivers. Neither waits for the other. An event stands in one piece, so that the listener is shown the ring itself.
/// </summary>
/// <param name="lengthBytes">A power of two, at least twice the longest event: then an event always fits an empty ring.</param>
/// <param name="longestValueBytes">The longest value that is kept.</param>
internal sealed class RemovalQueue(int lengthBytes, int longestValueBytes)
{
    private const int CapacityShare = 64;
    private const int DefaultLimitBytes = 256 << 10;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(lengthBytes);
    private long _writtenBytes;
    private long _takenBytes;
    private long _dropped;
    private int _begunBytes;

    /// <summary>The entries that were not told because the ring was full.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>What has been published so far; <see cref="TryTake"/> goes no further.</summary>
    public long WrittenBytes => Volatile.Read(ref _writtenBytes);

    /// <summary>The length of each stripe's ring; 0 when nobody listens.</summary>
    public static int LengthFor(ByteStoreOptions options, int stripeCount)
    {
        if (options.RemovalListener is null)
            return 0;
        long shareBytes = options.RemovalQueueBytes != 0
            ? options.RemovalQueueBytes / stripeCount
            : Math.Min(DefaultLimitBytes, options.CapacityBytes / stripeCount / CapacityShare);
        long leastBytes = 2L * RemovalHeader.EventBytesFor(ByteStoreOptions.MaxKeyBytes + WriteOptions.MaxNotesBytes + options.RemovalValueBytes);
        return (int)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(shareBytes, leastBytes));
    }

    /// <summary>Whether a value of this length is kept.</summary>
    public bool Keeps(int valueBytes) => valueBytes <= longestValueBytes;

    /// <summary>Claims room for an event. Until <see cref="Publish"/> nobody sees it. When the ring is full its entries are counted as dropped.</summary>
    public bool TryBegin(in RemovalHeader header, out Span<byte> payload)
    {
        int eventBytes = header.EventBytes;
        int offset = (int)(_writtenBytes & (lengthBytes - 1));
        int skippedBytes = lengthBytes - offset < eventBytes ? lengthBytes - offset : 0;
        // What was taken is read with acquire: the reader is through with those bytes.
        if (skippedBytes + eventBytes > lengthBytes - (_writtenBytes - Volatile.Read(ref _takenBytes)))
        {
            Volatile.Write(ref _dropped, _dropped + header.EntryCount);
            payload = default;
            return false;
        }

        if (skippedBytes != 0)
        {
            MemoryMarshal.Write(_bytes.AsSpan(offset), RemovalHeader.End);
            offset = 0;
        }

        MemoryMarshal.Write(_bytes.AsSpan(offset), header);
        payload = _bytes.AsSpan(offset + RemovalHeader.HeaderBytes, header.PayloadBytes);
        _begunBytes = skippedBytes + eventBytes;
        return true;
    }

    /// <summary>Shows the reader the event that was begun.</summary>
    public void Publish() => Volatile.Write(ref _writtenBytes, _writtenBytes + _begunBytes);

    /// <summary>The oldest event before <paramref name="endBytes"/>. Its bytes stay as they are until <see cref="Release"/>.</summary>
    public bool TryTake(long endBytes, out RemovalHeader header, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        header = default;
        if (_takenBytes == endBytes)
            return false;
        int offset = (int)(_takenBytes & (lengthBytes - 1));
        header = MemoryMarshal.Read<RemovalHeader>(_bytes.AsSpan(offset));
        if (header.IsEnd)
        {
            Volatile.Write(ref _takenBytes, _takenBytes + lengthBytes - offset);
            offset = 0;
            header = MemoryMarshal.Read<RemovalHeader>(_bytes);
        }

        payload = _bytes.AsSpan(offset + RemovalHeader.HeaderBytes, header.PayloadBytes);
        return true;
    }

    /// <summary>Gives the bytes of a taken event back to the writer.</summary>
    public void Release(in RemovalHeader header) => Volatile.Write(ref _takenBytes, _takenBytes + header.EventBytes);
}
