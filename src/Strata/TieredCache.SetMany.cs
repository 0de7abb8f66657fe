using System.Buffers;
using Strata.Engine;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Keys;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Writes and removals of many keys at once. Each key by itself is written as by <c>Set</c> and removed as by <c>Remove</c>; the call as a whole is no transaction.</summary>
public sealed partial class TieredCache
{
    /// <summary>Keeps many values, over whatever was there. Loads of these keys that are under way will not overwrite them.</summary>
    /// <param name="entries">Keys and values; of two with one key the later counts.</param>
    /// <param name="options">How the entries are kept, all of them; a <see cref="TimeSpan"/> is their time to live.</param>
    /// <returns>How many values were taken by memory and every tier behind.</returns>
    /// <remarks>Over memory alone it allocates nothing. With tiers behind, writes each in one call, and blocks until all have answered.</remarks>
    /// <exception cref="ArgumentNullException">There are no entries.</exception>
    /// <exception cref="ArgumentException">A value is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache, or the batch, was disposed.</exception>
    public int SetMany(EntryBatch entries, EntryOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ThrowIfDisposed();
        ThrowIfTooLong(entries.LongestBytes);
        return WritesBehind(options) ? SetManyEverywhereAsync(entries, options, isBlocking: true, CancellationToken.None).Wait() : SetManyInMemory(entries, options);
    }

    /// <summary>Keeps many values without blocking for the tiers behind; memory is written before the call returns.</summary>
    /// <param name="entries">Keys and values; not to be changed until the task has ended.</param>
    /// <param name="options">How the entries are kept, all of them; a <see cref="TimeSpan"/> is their time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind; those that were not reached stay unwritten.</param>
    /// <returns>How many values were taken by memory and every tier behind.</returns>
    /// <exception cref="ArgumentNullException">There are no entries.</exception>
    /// <exception cref="ArgumentException">A value is longer than <see cref="MaxValueBytes"/>. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache, or the batch, was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<int> SetManyAsync(EntryBatch entries, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ThrowIfDisposed();
        ThrowIfTooLong(entries.LongestBytes);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        return WritesBehind(options) ? SetManyEverywhereAsync(entries, options, isBlocking: false, cancellationToken) : new(SetManyInMemory(entries, options));
    }

    /// <summary>Removes many entries. Loads of these keys that are under way will not bring them back.</summary>
    /// <param name="keys">The keys; one may occur more than once.</param>
    /// <returns>How many keys had an entry, in memory or in a tier behind; one that is given twice counts once at most in memory.</returns>
    /// <remarks>Over memory alone it allocates nothing. With tiers behind, asks each in one call, and blocks until all have answered. A tier that fails is counted, and may still have the entries.</remarks>
    /// <exception cref="ArgumentNullException">There are no keys.</exception>
    /// <exception cref="ObjectDisposedException">The cache, or the batch, was disposed.</exception>
    public int RemoveMany(KeyBatch keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ThrowIfDisposed();
        return _tiers.Length == 0 ? RemoveManyInMemory(keys) : RemoveManyEverywhereAsync(keys, isBlocking: true, CancellationToken.None).Wait();
    }

    /// <summary>Removes many entries without blocking; memory is done before the call returns.</summary>
    /// <param name="keys">The keys; not to be changed until the task has ended.</param>
    /// <param name="cancellationToken">Stops waiting; tiers behind that were not reached keep the entries.</param>
    /// <returns>As for <see cref="RemoveMany"/>.</returns>
    /// <exception cref="ArgumentNullException">There are no keys.</exception>
    /// <exception cref="ObjectDisposedException">The cache, or the batch, was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<int> RemoveManyAsync(KeyBatch keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ThrowIfDisposed();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        return _tiers.Length == 0 ? new(RemoveManyInMemory(keys)) : RemoveManyEverywhereAsync(keys, isBlocking: false, cancellationToken);
    }

    private int SetManyInMemory(EntryBatch entries, in EntryOptions options)
    {
        BeginWrites(entries.Keys.Spans);
        try
        {
            return WriteMany(entries, options, default);
        }
        finally
        {
            EndWrites(entries.Keys.Spans);
        }
    }

    /// <param name="entries">The entries.</param>
    /// <param name="options">How they are kept.</param>
    /// <param name="isKept">Receives whether each was stored; empty when nobody wants to know.</param>
    private int WriteMany(EntryBatch entries, in EntryOptions options, Span<bool> isKept)
    {
        if (!WritesMemory(options))
        {
            _memory.RemoveMany(entries.Keys);
            isKept.Fill(true);
            return entries.Count;
        }

        WriteOutcome[] outcomes = ArrayPool<WriteOutcome>.Shared.Rent(entries.Count);
        try
        {
            // Lives that are drawn at random must not all be the same; and each payload is compressed or not.
            if (PolicyOf(options).Jitter > 0 || _compression is not null)
            {
                for (int i = 0; i < entries.Count; i++)
                    outcomes[i] = SetInMemory(entries.Keys[i], entries.ValueOf(i).FirstSpan, options) ? WriteOutcome.Stored : WriteOutcome.NoSpace;
            }
            else
            {
                long sequence = _memory.Sequence;
                Span<byte> tags = options.Tags.IsEmpty ? [] : stackalloc byte[TagIds.MaxBytes];
                Span<byte> notes = stackalloc byte[EntryNotes.MaxBytes];
                _memory.SetMany(entries, Compose(options, isNothing: false, loadMs: 0, sequence, TagIds.Write(options.Tags, tags), notes), outcomes);
            }

            int stored = 0;
            for (int i = 0; i < entries.Count; i++)
            {
                bool isStored = outcomes[i] == WriteOutcome.Stored;
                stored += isStored ? 1 : 0;
                if (!isKept.IsEmpty)
                    isKept[i] = isStored;
            }

            return stored;
        }
        finally
        {
            ArrayPool<WriteOutcome>.Shared.Return(outcomes);
        }
    }

    private async ValueTask<int> SetManyEverywhereAsync(EntryBatch entries, EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>[] keys = entries.Keys.ToMemories();
        Task? pending = BeginWrites(new(keys));
        try
        {
            var isKept = new bool[entries.Count];
            WriteMany(entries, options, isKept);
            if (pending is not null)
                await TierCall.SettleAsync(pending, isBlocking, cancellationToken).ConfigureAwait(false);
            EntryOptions tierOptions = ForTiers(options);
            var writes = new TierEntry[entries.Count];
            for (int i = 0; i < writes.Length; i++)
                writes[i] = new(keys[i], entries.ValueOf(i), tierOptions);
            foreach (StackedTier tier in _tiers)
            {
                TierWriteStatus[] statuses = await WriteManyAsync(tier, writes, isBlocking, cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < statuses.Length; i++)
                    isKept[i] &= Took(statuses[i], keys[i].Span);
            }

            return isKept.Count(static kept => kept);
        }
        finally
        {
            EndWrites(new(keys));
        }
    }

    private int RemoveManyInMemory(KeyBatch keys)
    {
        BeginWrites(keys.Spans);
        try
        {
            return _memory.RemoveMany(keys);
        }
        finally
        {
            EndWrites(keys.Spans);
        }
    }

    private async ValueTask<int> RemoveManyEverywhereAsync(KeyBatch batch, bool isBlocking, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>[] keys = batch.ToMemories();
        Task? pending = BeginWrites(new(keys));
        try
        {
            var wasThere = new bool[keys.Length];
            for (int i = 0; i < wasThere.Length; i++)
                wasThere[i] = _memory.Remove(keys[i].Span);
            if (pending is not null)
                await TierCall.SettleAsync(pending, isBlocking, cancellationToken).ConfigureAwait(false);
            foreach (StackedTier tier in _tiers)
            {
                TierWriteStatus[] statuses = await RemoveManyAsync(tier, keys, isBlocking, cancellationToken).ConfigureAwait(false);
                for (int i = 0; i < statuses.Length; i++)
                    wasThere[i] |= Took(statuses[i]);
            }

            return wasThere.Count(static was => was);
        }
        finally
        {
            EndWrites(new(keys));
        }
    }

    /// <summary>Announces a writer of each key.</summary>
    /// <returns>What must be waited for before the tiers behind are written; <c>null</c> for nothing.</returns>
    private Task? BeginWrites(in ByteSpans keys)
    {
        List<Task>? pending = null;
        for (int i = 0; i < keys.Count; i++)
        {
            if (_flights.BeginWrite(keys[i], KeyFingerprint.Compute(keys[i])) is { } writes)
                (pending ??= []).Add(writes);
        }

        return pending is null ? null : Task.WhenAll(pending);
    }

    private void EndWrites(in ByteSpans keys)
    {
        for (int i = 0; i < keys.Count; i++)
            EndWrite(keys[i], KeyFingerprint.Compute(keys[i]));
    }
}
