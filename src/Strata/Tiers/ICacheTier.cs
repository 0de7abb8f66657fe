using System.Buffers;
using Strata.Entries;
using Strata.Invalidation;

namespace Strata.Tiers;

/// <summary>
/// A place that keeps bytes by key: memory, a disk, a server. Tiers are stacked behind a <see cref="TieredCache"/>, fastest first.
/// </summary>
/// <remarks>
/// <para><b>Outcomes.</b> What can be expected of a slow or distant place is a status, not an exception: a server that is down answers
/// <see cref="TierReadStatus.Faulted"/>. A tier throws <see cref="ArgumentException"/> for a key that is not 1 to 4096 bytes,
/// <see cref="OperationCanceledException"/> when the token given is cancelled, <see cref="ObjectDisposedException"/> when it was disposed, and nothing else.</para>
/// <para><b>Buffers.</b> Keys, values and destinations belong to the caller and are valid until the returned task is complete; a tier that wants to keep
/// bytes copies them. A read that is neither a hit nor stale advances its destination by nothing.</para>
/// <para><b>Threads.</b> All members may be called at any time from any thread. A read that starts after a write of its key was complete sees that write or a later one (of any
/// process, if shared), or no value at all: a tier may lose entries, never bring old ones back.</para>
/// <para><b>Order.</b> A tier that other processes write to, too, keeps a value with a <see cref="EntryOptions.Timestamp"/> only if it knows of nothing newer of its key, and remembers removals for as long as loads
/// may take. Tiers of one process may leave that to the cache, which does not write what was overtaken.</para>
/// <para><b>Cost.</b> A call that completes synchronously with a hit allocates nothing.</para>
/// <para><c>TierConformance</c> in the test kit checks all of this for any implementation.</para>
/// </remarks>
public interface ICacheTier
{
    /// <summary>A short name for statistics and messages, for example <c>memory</c>.</summary>
    string Name { get; }

    /// <summary>What this tier is.</summary>
    TierTraits Traits { get; }

    /// <summary>Reads an entry.</summary>
    /// <param name="key">The key, 1 to 4096 bytes.</param>
    /// <param name="destination">Receives the value.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default);

    /// <summary>Writes an entry over whatever was there.</summary>
    /// <param name="key">The key, 1 to 4096 bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">How it is kept; without a time to live the tier's own default counts.</param>
    /// <param name="cancellationToken">Cancels the write, which may have happened all the same.</param>
    ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default);

    /// <summary>Removes an entry.</summary>
    /// <param name="key">The key, 1 to 4096 bytes.</param>
    /// <param name="cancellationToken">Cancels the removal, which may have happened all the same.</param>
    ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default);

    /// <summary>Removes every entry of this cache, and of no other that shares the place.</summary>
    /// <param name="cancellationToken">Cancels the removal, which may have happened in part.</param>
    ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes the entries of this cache that a rule means: no read that starts when the task is complete finds one that was there when the call began. Unless a tier knows better, it removes every entry of this cache: too much, never too
    /// little.
    /// </summary>
    /// <param name="rule">The entries. Rules over tags mean what was written with such <see cref="EntryOptions.Tags"/>, or with <see cref="EntryOptions.EveryTag"/>.</param>
    /// <param name="cancellationToken">Cancels the removal, which may have happened in part.</param>
    ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default) => ClearAsync(cancellationToken);

    /// <summary>
    /// Treats every entry of this cache as outdated: a read that starts when the task is complete answers <see cref="TierReadStatus.Stale"/> for one that was there when the call began, or has none. Unless a tier knows better, it
    /// removes every entry.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call, which may have happened in part.</param>
    ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default) => ClearAsync(cancellationToken);

    /// <summary>
    /// Lists the entries of this cache, those that were written last first, as well as the tier knows. It is a hint of what to read: an entry that is listed may be gone, one that is written meanwhile may be left out, or come twice. A tier that cannot
    /// tell, as without an implementation of its own, answers <c>null</c>. The listing may do blocking reads on the thread of its caller; once that is begun, it throws what the other members may throw.
    /// </summary>
    IAsyncEnumerable<RecentEntry>? ListRecent() => null;

    /// <summary>
    /// Reads several entries. The values are written to the destination one after another, in the order of the keys; their lengths are in the results.
    /// Unless a tier knows better, keys are read one by one.
    /// </summary>
    /// <param name="keys">The keys.</param>
    /// <param name="results">Receives one result a key; at least as long as <paramref name="keys"/>.</param>
    /// <param name="destination">Receives the values.</param>
    /// <param name="cancellationToken">Cancels the read; results and destination are then of no use.</param>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="keys"/>.</exception>
    ValueTask GetManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) =>
        TierBatch.GetOneByOneAsync(this, keys, results, destination, cancellationToken);

    /// <summary>Writes several entries, each with its own outcome; of two with one key the later counts. Unless a tier knows better, they are written one by one.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="results">Receives one status an entry; at least as long as <paramref name="entries"/>.</param>
    /// <param name="cancellationToken">Cancels the writes, some of which may have happened.</param>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="entries"/>.</exception>
    ValueTask SetManyAsync(ReadOnlyMemory<TierEntry> entries, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default) =>
        TierBatch.SetOneByOneAsync(this, entries, results, cancellationToken);

    /// <summary>Removes several entries. Unless a tier knows better, they are removed one by one.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="results">Receives one status a key; at least as long as <paramref name="keys"/>.</param>
    /// <param name="cancellationToken">Cancels the removals, some of which may have happened.</param>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="keys"/>.</exception>
    ValueTask RemoveManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default) =>
        TierBatch.RemoveOneByOneAsync(this, keys, results, cancellationToken);
}
