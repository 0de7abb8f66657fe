using Strata.Engine.Layout;
using Strata.Engine.Removals;

namespace Strata.Engine.Stripes;

/// <summary>What the removal listener will be told: a bounded copy into this stripe's queue, made before anything of the entry changes.</summary>
internal sealed unsafe partial class Stripe
{
    private readonly RemovalDelivery? _removals;
    private readonly RemovalQueue? _removalQueue;

    // Why the hand drops what it drops.
    private RemovalReason _evictionReason = RemovalReason.Evicted;

    // The entry of this record is about to leave.
    private void ReportUnderLock(RemovalReason reason, byte* record, RecordHeader header)
    {
        if (_removalQueue is not null)
            QueueUnderLock(_removalQueue, reason, record, header);
    }

    // Every entry at once is about to leave.
    private void ReportClearUnderLock()
    {
        if (_removalQueue is null || _index.EntryCount == 0)
            return;
        if (!_removalQueue.TryBegin(RemovalHeader.OfClear(_index.EntryCount), out _))
            return;
        _removalQueue.Publish();
        _removals!.Post();
    }

    private void QueueUnderLock(RemovalQueue queue, RemovalReason reason, byte* record, RecordHeader header)
    {
        if (HasExpired(record, header))
            reason = RemovalReason.Expired;
        var removal = RemovalHeader.OfEntry(reason, header.KeyBytes, header.NotesBytes, header.ValueBytes, queue.Keeps(header.ValueBytes));
        if (!queue.TryBegin(in removal, out Span<byte> payload))
            return;
        // Key, notes and value stand one behind the other, in the record as well as in the queue.
        int wholeBytes = header.KeyBytes + header.NotesBytes + (removal.HasValue ? header.InlineValueBytes(_pool.PageBytes) : 0);
        new ReadOnlySpan<byte>(record + header.KeyOffset, wholeBytes).CopyTo(payload);
        if (removal.HasValue && header.Has(RecordFlags.Chain))
            _pool.CopyChain(ChainOf(record, header), payload[wholeBytes..]);
        queue.Publish();
        _removals!.Post();
    }
}
