using Strata.Engine;
using Strata.Telemetry;

namespace Strata.Invalidation;

/// <summary>
/// Takes invalidated entries out of a store, bucket by bucket, and retires the invalidations that have been everywhere. One sweep is under way at a time; what is registered meanwhile is
/// removed where the sweep still comes, and retired by the next one.
/// </summary>
internal sealed class InvalidationSweep(ByteStore store, InvalidationLog log, CacheTelemetry? telemetry) : IThreadPoolWorkItem
{
    private const int BucketsPerStep = 64;
    private const int StepsPerTurn = 16;

    private readonly Lock _gate = new();
    private SweepCursor _cursor;
    private long _sequence;
    private bool _makesStale;
    private long _removedEntries;
    private long _reportedEntries;
    private int _isQueued;

    /// <summary>The entries taken out so far.</summary>
    public long RemovedEntries => Volatile.Read(ref _removedEntries);

    /// <summary>Has the thread pool sweep, if it does not already.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Sweeps a little further.</summary>
    /// <returns>Whether anything is pending afterwards.</returns>
    /// <exception cref="ObjectDisposedException">The store was disposed.</exception>
    public bool Step()
    {
        bool isPending = Step(out long? swept);
        if (swept is { } removedEntries)
            telemetry?.Swept(removedEntries);
        return isPending;
    }

    /// <summary>Takes out one entry, or makes it stale, if that is its fate.</summary>
    /// <exception cref="ObjectDisposedException">The store was disposed.</exception>
    public void Apply(ReadOnlySpan<byte> key, PendingInvalidations pending)
    {
        if (store.Remove(key, new IsInvalidated(pending, EntryFate.Dead)))
            Interlocked.Increment(ref _removedEntries);
        else if (pending.HasSuspicion)
            store.MakeStale(key, new IsInvalidated(pending, EntryFate.Stale));
    }

    /// <summary>One turn on the thread pool, a bounded one: others wait for its threads too.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            for (int steps = 0; steps < StepsPerTurn; steps++)
            {
                if (Step())
                    continue;

                // What was registered before this found a sweep queued, and queued none.
                Interlocked.Exchange(ref _isQueued, 0);
                if (log.Pending is not null)
                    Start();
                return;
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        catch (ObjectDisposedException)
        {
            // The entries went with the store.
        }
    }

    private bool Step(out long? swept)
    {
        swept = null;
        lock (_gate)
        {
            if (log.Pending is not { } pending)
                return false;

            // A new sweep ends what is pending before its first step.
            if (_sequence == 0)
                _sequence = pending.Sequence;
            if (HasMore(pending))
                return true;
            // Suspect entries are gone through once more: first those go that must not be served, then the others are made stale.
            if (_makesStale = !_makesStale && pending.HasSuspicion)
            {
                _cursor = default;
                return true;
            }

            log.Retire(_sequence);
            _sequence = 0;
            _cursor = default;
            swept = RemovedEntries - _reportedEntries;
            _reportedEntries += swept.Value;
            return log.Pending is not null;
        }
    }

    private bool HasMore(PendingInvalidations pending)
    {
        if (_makesStale)
            return store.SweepStaleStep(ref _cursor, new IsInvalidated(pending, EntryFate.Stale), BucketsPerStep, out _);
        bool hasMore = store.SweepStep(ref _cursor, new IsInvalidated(pending, EntryFate.Dead), BucketsPerStep, out int removed);
        Interlocked.Add(ref _removedEntries, removed);
        return hasMore;
    }
}
