using System.Buffers;
using Strata.Backplane;
using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Front;
using Strata.Payloads.Compression;
using Strata.Stacking;
using Strata.Telemetry;
using Strata.Tiers;

namespace Strata;

/// <summary>
/// A cache of bytes, text, structs and serialized objects: native memory in front, any tiers behind it, and one load per key however many callers ask for it.
/// </summary>
/// <remarks>
/// <para><b>Keys</b> are UTF-8, strings or interpolated strings: <c>cache.TryGet($"user:{id}", out int age)</c>; see <see cref="CacheKey"/>.</para>
/// <para><b>Values</b> are copied in and out, so nobody can change what is kept. Structs without references and bytes are copied as they lie, strings as UTF-8, everything else goes through an
/// <see cref="Payloads.IPayloadSerializer{T}"/> or the JSON metadata of a type.</para>
/// <para><b>Cost.</b> A hit allocates nothing but the string or object it returns. With the memory tier alone every call but a load completes synchronously.</para>
/// <para><b>Threads.</b> Every member may be called at any time from any thread. A read that starts after a write, removal or clear has returned sees its effect, also when a load of the same key was under way: the load's callers get its value, the
/// cache does not keep it. Two writes of one key at the same time end in one of the two; with tiers behind, not necessarily the same one in each.</para>
/// <para><b>Errors</b> of use are exceptions: <see cref="ArgumentException"/> for a key that is empty, longer than 4096 bytes or malformed, and for a value that is too long; <see cref="ObjectDisposedException"/> after
/// <see cref="Dispose"/>. Faults of tiers behind are counted and otherwise treated as misses.</para>
/// </remarks>
public sealed partial class TieredCache : IDisposable
{
    private readonly MemoryTier _memory;
    private readonly StackedTier[] _tiers;
    private readonly FlightTable _flights = new();
    private readonly CacheCounters _counters = new();
    private readonly HybridClock _clock;
    private readonly ObjectFront? _front;
    private readonly CacheTelemetry _telemetry;
    private readonly EntryPolicy _policy;
    private readonly TimeSpan? _defaultTtl;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly SemaphoreSlim? _loadSlots;
    private readonly CompressionFormat? _compression;
    private readonly int _compressionThresholdBytes;
    private readonly long _maxValueBytes;
    private bool _isDisposed;

    /// <summary>Makes a cache.</summary>
    /// <param name="options">The settings; <c>null</c> takes the defaults: 256 MiB of memory, no tiers behind, no default time to live.</param>
    /// <exception cref="ArgumentException">A setting is outside its bounds; the message names it, its value and the bounds.</exception>
    public TieredCache(TieredCacheOptions? options = null)
    {
        options ??= new TieredCacheOptions();
        if (options.Tiers.IndexOf(null!) is >= 0 and int at)
            throw new ArgumentException($"{nameof(TieredCacheOptions.Tiers)}[{at}] is null; every tier must be given.", nameof(options));
        options.Check();
        _front = options.ObjectFront is { } front ? new ObjectFront(front) : null;
        _telemetry = new CacheTelemetry(options);
        _memory = new MemoryTier(options, _telemetry);
        _policy = options.DefaultPolicy ?? new EntryPolicy();
        _defaultTtl = options.DefaultTtl ?? _policy.Ttl;
        _time = options.TimeProvider;
        _start = _time.GetTimestamp();
        _clock = new HybridClock(_time);
        _tiers = Stack(options);
        if (options.Compression is { } compression)
        {
            _compression = new CompressionFormat(compression);
            _compressionThresholdBytes = compression.ThresholdBytes;
        }

        _loadSlots = options.MaxConcurrentLoads > 0 ? new SemaphoreSlim(options.MaxConcurrentLoads) : null;
        _maxValueBytes = _memory.MaxValueBytes;
        _telemetry.Begin(this);
        _leases = options.FlightLeases;
        _hasSharedTier = Array.Exists(_tiers, static tier => (tier.Traits & TierTraits.Shared) != 0);
        if (options.Backplane is { } backplane)
        {
            ICacheTier[] own = Array.FindAll(_tiers, static tier => (tier.Traits & TierTraits.Shared) == 0);
            _ownTiers = own.Length != 0 ? new OwnTiers(this, own) : null;
            _backplane = new BackplaneNode(backplane, new NodeTarget(this), _time);
            _backplane.Begin();
        }
    }

    /// <summary>The name under which the cache reports.</summary>
    public string Name => _telemetry.Name;

    /// <summary>The longest value, in bytes.</summary>
    public long MaxValueBytes => _maxValueBytes;

    /// <summary>Takes a snapshot of the counters. Costs about a microsecond.</summary>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public CacheStatistics GetStatistics()
    {
        ThrowIfDisposed();
        return StatisticsOf(_memory.GetStatistics());
    }

    /// <summary>What instruments report; <c>null</c> when the cache was disposed.</summary>
    internal CacheSnapshot? TryObserve()
    {
        try
        {
            StoreStatistics store = _memory.GetStatistics();
            return new CacheSnapshot(_telemetry, _tiers, StatisticsOf(store), store, GetBackplaneStatistics() ?? default, _flights.OldestStart is { } start ? _time.GetElapsedTime(start) : TimeSpan.Zero);
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private CacheStatistics StatisticsOf(in StoreStatistics store)
    {
        long lateHits = _counters.LateHits;
        long unreadable = _counters.Unreadable;
        long tooLong = _counters.TooLong;
        long unserved = _counters.Unserved;
        return new CacheStatistics
        {
            Hits = store.Hits + lateHits - unreadable - unserved - _counters.SecondLooks,
            Misses = store.Misses - _counters.Rechecks - lateHits + unreadable + unserved + tooLong + _counters.Skipped,
            TierHits = _counters.TierHits,
            FrontHits = store.Confirmations,
            FrontInstances = _front?.Count ?? 0,
            Loads = _counters.Loads,
            LoadFailures = _counters.LoadFailures,
            StaleServed = _counters.StaleServed,
            Refreshes = _counters.Refreshes,
            LoadsTimedOut = _counters.ExpiredLoads,
            LoadsNotKept = _counters.NotKept,
            JoinedLoads = _counters.Joins,
            LeaseWaits = _counters.LeaseWaits,
            LeaseFaults = _counters.LeaseFaults,
            LoadsInFlight = _flights.ListedCount,
            UnreadablePayloads = unreadable + tooLong + _counters.TierUnreadable,
            TierFaults = _counters.TierFaults,
            TierSuperseded = _counters.Superseded,
            TierPendingWrites = _tiers.Sum(static tier => (long)(tier.Pending?.Count ?? 0)),
            TierReplayedWrites = _tiers.Sum(static tier => tier.Replayed),
            TierDroppedWrites = _tiers.Sum(static tier => tier.Pending?.Dropped ?? 0),
            Writes = store.Writes,
            Removals = store.Removals,
            InvalidatedEntries = _memory.InvalidatedEntries,
            PendingInvalidations = _memory.Pending?.Count ?? 0,
            Evictions = store.Evictions,
            Expirations = store.Expirations,
            EntryCount = store.EntryCount,
            UsedBytes = store.UsedBytes,
            CapacityBytes = store.CapacityBytes,
        };
    }

    /// <summary>
    /// Gives the memory back to the system. Calls under way finish or throw <see cref="ObjectDisposedException"/>, as every later call does; loads under way end and their values go to those who
    /// wait. What tiers behind have not got yet is written first, for at most their <see cref="TierOptions.FlushTime"/>, one after the other; they are left to their owner. May be called more than once.
    /// </summary>
    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        foreach (StackedTier tier in _tiers)
            tier.Dispose();
        _telemetry.End(this);
        _backplane?.Dispose();
        _memory.Dispose();
        _front?.Clear();
    }

    /// <summary>The cache's clock: milliseconds since it was made.</summary>
    private long NowMs => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    private void ThrowIfTooLong(long valueBytes)
    {
        if (valueBytes > _maxValueBytes)
            throw new ArgumentException($"The value has {valueBytes} bytes; this cache takes values of up to {_maxValueBytes} bytes (see {nameof(MaxValueBytes)}).", "value");
    }
}
