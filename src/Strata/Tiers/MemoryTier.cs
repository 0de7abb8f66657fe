using System.Buffers;
using Strata.Engine;
using Strata.Engine.Insight;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Telemetry;

namespace Strata.Tiers;

/// <summary>
/// The tier in this process: values as bytes in native memory that the garbage collector neither scans nor moves, within an exact budget. Every call completes synchronously.
/// </summary>
/// <remarks>Safe for any number of threads; reads take no lock unless writers overtake them again and again. A <see cref="TieredCache"/> makes its own. Make one yourself to put it behind another tier, or to use it as plain <see cref="ICacheTier"/>.</remarks>
public sealed partial class MemoryTier : ICacheTier, IDisposable
{
    private readonly ByteStore _store;
    private bool _isDisposed;
    private readonly ReadSampler? _reads;

    /// <summary>Makes a tier.</summary>
    /// <param name="options">The settings; <c>null</c> takes the defaults.</param>
    /// <exception cref="ArgumentException">A setting is outside its bounds; the message names it, its value and the bounds.</exception>
    public MemoryTier(MemoryTierOptions? options = null)
        : this(options ?? new MemoryTierOptions(), telemetry: null)
    {
    }

    internal MemoryTier(MemoryTierOptions options, CacheTelemetry? telemetry)
    {
        ByteStoreOptions store = options.ToStoreOptions();
        store.RemovalListener = telemetry is null ? store.RemovalListener : telemetry.ListenWith(store.RemovalListener);
        _store = new ByteStore(store);
        _reads = telemetry?.Reads;
        _sweep = new InvalidationSweep(_store, _invalidations, telemetry);
        _sweepsInBackground = options.BackgroundMaintenance;
    }

    /// <inheritdoc/>
    public string Name => "memory";

    /// <inheritdoc/>
    public TierTraits Traits => TierTraits.None;

    /// <summary>The longest value this tier takes, in bytes.</summary>
    public long MaxValueBytes => _store.MaxValueBytes;

    /// <summary>The memory the tier may use now, in bytes.</summary>
    public long CapacityBytes => _store.CapacityBytes;

    /// <summary>Changes <see cref="CapacityBytes"/> under traffic. A smaller one evicts until the rest fits, and costs that much. See <see cref="ByteStore.SetCapacity"/>.</summary>
    /// <param name="capacityBytes">From the store's smallest capacity, some sixteenth of the first, to <see cref="MemoryTierOptions.MaxCapacityBytes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is outside its bounds; the message names them. Nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The tier was disposed.</exception>
    public void SetCapacity(long capacityBytes) => _store.SetCapacity(capacityBytes);

    /// <summary>Gives memory that holds nothing back to the system. See <see cref="ByteStore.Trim"/>.</summary>
    /// <returns>The bytes that the system was given.</returns>
    /// <exception cref="ObjectDisposedException">The tier was disposed.</exception>
    public long Trim() => _store.Trim();

    /// <summary>Takes a snapshot of the counters of the native store.</summary>
    /// <exception cref="ObjectDisposedException">The tier was disposed.</exception>
    public StoreStatistics GetStatistics() => _store.GetStatistics();

    /// <summary>Looks at a sample of the entries: the hottest and the largest keys, frequencies, ages and times to live, and hit ratios at other capacities. See <see cref="ByteStore.GetInsight"/>.</summary>
    /// <param name="options">How many entries to look at; <c>null</c> takes the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds.</exception>
    /// <exception cref="ObjectDisposedException">The tier was disposed.</exception>
    public StoreInsight GetInsight(InsightOptions? options = null) => _store.GetInsight(options);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TierArguments.ThrowIfNotKey(key);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierRead>(cancellationToken) : new(Read(key.Span, destination));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<TierWriteStatus>(cancellationToken) : new(Write(key.Span, value, options));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        return new(_store.Remove(key.Span) ? TierWriteStatus.Done : TierWriteStatus.NotFound);
    }

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        _store.Clear();
        return new(TierWriteStatus.Done);
    }

    /// <summary>Gives the memory back to the system. Reads under way finish or throw <see cref="ObjectDisposedException"/>, as every later call does.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        _store.Dispose();
    }

    private TierRead Read(ReadOnlySpan<byte> key, IBufferWriter<byte> destination)
    {
        DropInvalidated(key);
        if (_store.TryGet(key, destination, out EntryInfo info) != ReadOutcome.Hit)
            return TierRead.Nothing(TierReadStatus.Miss);
        return TierRead.Hit(info.ValueBytes, info.ExpiresInMs == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(info.ExpiresInMs));
    }

    private TierWriteStatus Write(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, EntryOptions options)
    {
        if (value.Length > _store.MaxValueBytes)
        {
            // A refused write leaves no value behind that the writer meant to replace.
            _store.Remove(key);
            return TierWriteStatus.Refused;
        }

        Span<byte> notes = stackalloc byte[EntryNotes.MaxBytes];
        Span<byte> tags = options.Tags.IsEmpty ? [] : stackalloc byte[TagIds.MaxBytes];
        var note = new EntryNotes { TagBytes = TagIds.Write(options.Tags, tags) };
        note.SetSequence(Sequence);
        var write = new WriteOptions { Ttl = options.Ttl, Notes = notes[..note.Write(notes)] };
        return _store.Set(key, value, write) == WriteOutcome.Stored ? TierWriteStatus.Done : TierWriteStatus.Refused;
    }

    private static WriteOptions ToWriteOptions(EntryOptions options) => new() { Ttl = options.Ttl };
}
