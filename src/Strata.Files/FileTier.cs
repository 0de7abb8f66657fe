using System.Buffers;
using Strata.Entries;
using Strata.Files.Device;
using Strata.Files.Segments;
using Strata.Invalidation;
using Strata.Tiers;

namespace Strata.Files;

/// <summary>
/// A tier in one directory of files: a log of segments that survives a crash, with eight bytes of memory an entry. Reads that hit make one read of a file; writes go to memory and are written behind.
/// </summary>
/// <remarks>
/// <para>Safe for any number of threads. Calls complete before they return: a read waits for its file, a removal for the system to take its tombstone, a write for nothing.</para>
/// <para>What was written before the tier was opened is answered as stale until it is written anew, unless <see cref="FileTierOptions.RecoveredEntries"/> says that its time to live is enough. A process that is killed
/// loses the writes of about the last <see cref="FileTierOptions.FlushInterval"/>; a machine that fails may lose more, up to the segments that were not full. Older values may show again for what was lost, never for a
/// removal or a value that was durable.</para>
/// <para>Keys, tags and values are on disk as they are, readable by the owner of the directory only. For encrypted values put an <see cref="EnvelopedTier"/> with keys around this tier.
/// Two keys of one hash, about one pair in 2^30 or less, replace each other. Timestamps of writes are not looked at: no other process writes here.</para>
/// </remarks>
public sealed class FileTier : ICacheTier, IDisposable, IAsyncDisposable
{
    private readonly SegmentStore _store;

    /// <summary>Opens the store in a directory, or makes one in a directory that is empty or not there.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="options">The settings; <c>null</c> takes the defaults.</param>
    /// <exception cref="ArgumentException">A setting is outside its bounds, or the capacity is less than four of the store's own segments; the message names it, its value and the bounds.</exception>
    /// <exception cref="FileStoreException">The directory holds something else, is open elsewhere, cannot be read and written, or its store is damaged or of another version. Nothing was overwritten.</exception>
    public FileTier(string directory, FileTierOptions? options = null)
        : this(Checked(directory, options), new DirectoryDevice(directory))
    {
    }

    internal FileTier(FileTierOptions checkedOptions, IStoreDevice device) => _store = new SegmentStore(device, checkedOptions);

    /// <inheritdoc/>
    public string Name => "files";

    /// <inheritdoc/>
    public TierTraits Traits => TierTraits.Durable;

    /// <summary>Whether every entry of the former opening was found. Before that, reads of some of them miss.</summary>
    public bool IsRecovered => _store.IsRecovered;

    /// <summary>Complete when <see cref="IsRecovered"/>, or when the tier was disposed before.</summary>
    public Task RecoveryTask => _store.RecoveryTask;

    /// <summary>The longest value this tier takes, in bytes.</summary>
    public int MaxValueBytes => _store.MaxValueBytes;

    internal SegmentStore Store => _store;

    /// <summary>Takes a snapshot of the counters.</summary>
    /// <exception cref="ObjectDisposedException">The tier was disposed.</exception>
    public FileTierStatistics GetStatistics() => _store.GetStatistics();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfNotKey(key);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierRead>(cancellationToken) : new(_store.Get(key.Span, destination));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ThrowIfNotKey(key);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(_store.Set(key.Span, value, options));
    }

    /// <summary>Removes an entry. Its tombstone was handed to the system when the task is complete, so that it survives the process.</summary>
    /// <param name="key">The key, 1 to 4096 bytes.</param>
    /// <param name="cancellationToken">Cancels the removal before it begins.</param>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        ThrowIfNotKey(key);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(_store.Remove(key.Span));
    }

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(_store.Clear());

    /// <summary>
    /// Removes the entries that a rule means. The rule is kept, here and on disk, as long as there is an entry older than it; a store holds 256 rules over prefixes, patterns and all of some tags, and 65,536 tags.
    /// With more it is cleared.
    /// </summary>
    /// <param name="rule">The entries.</param>
    /// <param name="cancellationToken">Cancels the removal before it begins.</param>
    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(_store.Invalidate(rule));
    }

    /// <summary>Makes every entry stale that is there, until it is written anew. This costs one record, which was handed to the system when the task is complete, so that it survives the process.</summary>
    /// <param name="cancellationToken">Cancels the call before it begins.</param>
    public ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(_store.MarkStale());

    /// <summary>
    /// Lists the entries by segments, the one with the latest entry first, and in each the latest first, so nearly in the order of their writing. Waits for recovery, then reads each full segment as a whole; holds one of them in memory. Blocks its caller's
    /// thread while it reads. What is over or overwritten is left out.
    /// </summary>
    /// <exception cref="ObjectDisposedException">When the listing begins, or goes on: the tier was disposed.</exception>
    public IAsyncEnumerable<RecentEntry> ListRecent() => _store.ListRecentAsync();

    /// <summary>Writes what is in memory, and with <paramref name="toDevice"/> waits until it would survive a failure of the machine.</summary>
    /// <param name="toDevice">Whether the device's own cache is emptied too, which takes milliseconds.</param>
    /// <param name="cancellationToken">Cancels the call before it begins.</param>
    /// <returns>Whether all of it was written; <c>false</c> when the device failed.</returns>
    /// <exception cref="ObjectDisposedException">The tier was disposed.</exception>
    public Task<bool> FlushAsync(bool toDevice = false, CancellationToken cancellationToken = default) => Task.Run(() => _store.Flush(toDevice), cancellationToken);

    /// <summary>Writes what is in memory and closes the files. Every later call throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _store.Dispose();

    /// <summary>Writes what is in memory and closes the files, on a thread of the pool.</summary>
    public ValueTask DisposeAsync() => new(Task.Run(_store.Dispose));

    private static FileTierOptions Checked(string directory, FileTierOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return (options ?? new FileTierOptions()).Checked();
    }

    private static void ThrowIfNotKey(ReadOnlyMemory<byte> key)
    {
        if (key.Length is 0 or > CacheKey.MaxBytes)
            throw new ArgumentException($"The key has {key.Length} bytes; a key has 1 to {CacheKey.MaxBytes} bytes.", nameof(key));
    }
}
