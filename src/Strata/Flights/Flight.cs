using Strata.Engine;
using Strata.Entries;

namespace Strata.Flights;

/// <summary>
/// One load of one key under way. One caller leads it, others join it, each may leave. A write, a removal or a clear of the key overtakes it: those who wait get its
/// value, the cache does not keep it, and nobody joins it any more.
/// </summary>
/// <remarks>All mutable state but the overtaken mark is guarded by the lock of the flight's stripe in <see cref="FlightTable"/>.</remarks>
internal sealed partial class Flight : FlightNode
{
    private const long Unmarked = 0;
    private const long Marked = 1;
    private const long NotBegun = long.MinValue;

    private readonly CancellationTokenSource? _cancellation;
    private long _overtaken;
    private int _letGo;
    private StalePayload? _stale;
    private long _start = NotBegun;

    public Flight(FlightStripe stripe, byte[] key, FlightKind kind, bool isCancellable, FlightBatch? batch = null)
    {
        Stripe = stripe;
        Key = key;
        Kind = kind;
        Batch = batch;

        // While the leader cannot leave, the last caller is never out before the end.
        _cancellation = isCancellable && batch is null ? new CancellationTokenSource() : null;
    }

    public FlightStripe Stripe { get; }

    public byte[] Key { get; }

    public FlightKind Kind { get; }

    /// <summary>The flights that are flown together with this one; <c>null</c> when it flies alone.</summary>
    public FlightBatch? Batch { get; }

    /// <summary>Whether it renews an entry that is still served, with nobody waiting for it.</summary>
    public bool IsRefresh { get; init; }

    /// <summary>The stale value of the key, for those who cannot wait for a new one; <c>null</c> for none, and once its grace is over.</summary>
    public byte[]? StalePayload => Volatile.Read(ref _stale) is { } stale && !stale.IsOver ? stale.Payload : null;

    /// <summary>Notes the stale value. Once, before the load begins.</summary>
    public void OfferStale(StalePayload stale) => Volatile.Write(ref _stale, stale);

    /// <summary>What the load replaces, when the time to live adapts. Written once, before the load begins, and read by it.</summary>
    public FormerValue? Former { get; set; }

    /// <summary>Whether every tier behind was sure, when asked, that it had nothing of the key. Written and read by the body.</summary>
    public bool IsMissedBehind { get; set; }

    /// <summary>Whether a shared tier, when asked last, could not tell what it has of the key. Written and read by the body.</summary>
    public bool IsUnknownBehind { get; set; }

    /// <summary>When its body began, by the cache's clock; none before. Written once, read anywhere.</summary>
    public long? Start
    {
        get => Volatile.Read(ref _start) is not NotBegun and long start ? start : null;
        set => Volatile.Write(ref _start, value ?? NotBegun);
    }

    /// <summary>When its body began, for tiers that other processes write to, too. Written once, before anything is read.</summary>
    public long Timestamp { get; set; }

    /// <summary>Fires at the hard deadline.</summary>
    public ITimer? Deadline { get; set; }

    /// <summary>Whether the hard deadline came before the end. Written under the lock, read anywhere.</summary>
    public bool HasExpired
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Cancelled when the last caller has left (of all flights of the batch), and at the hard deadline.</summary>
    public CancellationToken CancellationToken => Batch?.CancellationToken ?? _cancellation?.Token ?? CancellationToken.None;

    /// <summary>Whether a writer of the key was there first. Once true, true for ever.</summary>
    public bool IsOvertaken => Volatile.Read(ref _overtaken) == Marked;

    /// <summary>Whether there are invalidations that may mean it. Nothing is kept until that is resolved.</summary>
    public bool IsInDoubt => Volatile.Read(ref _overtaken) == Doubtful;

    /// <summary>The condition on what this flight writes, checked by the engine in the critical section that publishes the entry.</summary>
    public WriteFence Fence => new(ref _overtaken, Unmarked);

    /// <summary>Callers who wait, the leader among them.</summary>
    public int CallersUnderLock { get; set; } = 1;

    /// <summary>What the flight's value is newer than: the invalidations that were pending when it began. Written by the leader, before it reads anything.</summary>
    public long Sequence { get; set; }

    /// <summary>Whether new callers find this flight.</summary>
    public bool IsListedUnderLock { get; set; }

    /// <summary>Completed at the end; made by the first who joins, or with the deadline.</summary>
    public TaskCompletionSource<FlightResult>? CompletionUnderLock { get; set; }

    /// <summary>Completed when the flight's writes to the tiers behind are done; made when they begin.</summary>
    public TaskCompletionSource? TierWritesUnderLock { get; set; }

    public void Overtake() => Volatile.Write(ref _overtaken, Marked);

    /// <summary>Tells the factory to stop. Its callbacks run elsewhere: whoever leaves is not held up by them.</summary>
    public void Cancel()
    {
        if (Batch is not null)
            Batch.LetGo(this);
        else
            _cancellation.CancelAndForget();
    }

    /// <summary>Whether this is the first time that the flight's batch is told that it may do without it.</summary>
    public bool TryLetGo() => Interlocked.Exchange(ref _letGo, 1) == 0;
}
