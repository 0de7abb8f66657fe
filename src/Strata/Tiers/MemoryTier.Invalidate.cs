using System.Runtime.CompilerServices;
using Strata.Engine;
using Strata.Entries;
using Strata.Invalidation;

namespace Strata.Tiers;

/// <summary>Invalidation of many entries at once: in force immediately, their memory taken back by and by.</summary>
public sealed partial class MemoryTier
{
    private readonly InvalidationLog _invalidations = new();
    private readonly InvalidationSweep _sweep;
    private readonly bool _sweepsInBackground;

    /// <summary>What is invalidated and not swept yet; <c>null</c> for nothing. To be read before an entry is.</summary>
    internal PendingInvalidations? Pending => _invalidations.Pending;

    /// <summary>What a value written from now on is newer than; 0 when nothing is pending.</summary>
    internal long Sequence => _invalidations.Pending?.Sequence ?? 0;

    internal long InvalidatedEntries => _sweep.RemovedEntries;

    /// <inheritdoc/>
    /// <remarks>Costs the same however many entries are meant: their memory is taken back in the background, or by <see cref="Maintain"/>. Until then, reads hold what they find against the rule.</remarks>
    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        Invalidate(rule);
        return new(TierWriteStatus.Done);
    }

    /// <inheritdoc/>
    /// <remarks>Costs the same however many entries there are, as <see cref="InvalidateAsync"/> does. Entries that were written without a grace are removed.</remarks>
    public ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default) => InvalidateAsync(InvalidationRule.Suspicion, cancellationToken);

    /// <summary>Takes back the memory of expired and of invalidated entries. For tiers without <see cref="MemoryTierOptions.BackgroundMaintenance"/>; with it, this is done anyway.</summary>
    /// <remarks>Takes time in proportion to the entries when some are invalidated.</remarks>
    /// <exception cref="ObjectDisposedException">The tier was disposed.</exception>
    public void Maintain()
    {
        _store.Maintain();
        while (SweepStep())
        {
            // In small steps: each locks one bucket at a time.
        }
    }

    /// <summary>Sweeps a few buckets further and says whether anything is pending afterwards.</summary>
    internal bool SweepStep() => _sweep.Step();

    /// <summary>Puts a rule in force. When too many are pending, the caller sweeps until there is room.</summary>
    internal void Invalidate(InvalidationRule rule)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        while (!_invalidations.TryRegister(rule))
            SweepStep();
        if (_sweepsInBackground)
            _sweep.Start();
    }

    /// <summary>Removes the entry of a key if it is invalidated, or makes it stale. Whatever a read finds afterwards may be served, as what it is.</summary>
    internal void DropInvalidated(ReadOnlySpan<byte> key)
    {
        if (Pending is { } pending)
            DropInvalidated(key, pending);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void DropInvalidated(ReadOnlySpan<byte> key, PendingInvalidations pending)
    {
        // Without a lock, unless the entry is to go.
        Span<byte> bytes = stackalloc byte[WriteOptions.MaxNotesBytes];
        if (!_store.TryGetNotes(key, bytes, out int notesBytes))
            return;
        EntryNotes notes = EntryNotes.Read(bytes[..notesBytes]);
        bool isMeant = pending.IsDead(key, notes.Sequence, notes.TagBytes)
            || (pending.IsSuspect(notes.Sequence) && _store.TryGetInfo(key, out EntryInfo info) && pending.FateOf(key, notes, info) != EntryFate.Kept);
        if (isMeant)
            _sweep.Apply(key, pending);
    }
}
