namespace Strata.Telemetry;

/// <summary>What the cache counts itself, off the way of a hit. Hits and misses of memory are counted by the engine, without contention.</summary>
internal sealed class CacheCounters
{
    private long _rechecks;
    private long _lateHits;
    private long _unreadable;
    private long _tooLong;
    private long _tierUnreadable;
    private long _loads;
    private long _loadFailures;
    private long _joins;
    private long _notKept;
    private long _tierHits;
    private long _tierFaults;
    private long _superseded;
    private long _unserved;
    private long _skipped;
    private long _secondLooks;
    private long _staleServed;
    private long _refreshes;
    private long _expiredLoads;
    private long _leaseWaits;
    private long _leaseFaults;

    public long LeaseWaits => Volatile.Read(ref _leaseWaits);

    public long LeaseFaults => Volatile.Read(ref _leaseFaults);

    public long Rechecks => Volatile.Read(ref _rechecks);

    public long LateHits => Volatile.Read(ref _lateHits);

    public long TierUnreadable => Volatile.Read(ref _tierUnreadable);

    public long TooLong => Volatile.Read(ref _tooLong);

    public long Unreadable => Volatile.Read(ref _unreadable);

    public long Loads => Volatile.Read(ref _loads);

    public long LoadFailures => Volatile.Read(ref _loadFailures);

    public long Joins => Volatile.Read(ref _joins);

    public long NotKept => Volatile.Read(ref _notKept);

    public long TierHits => Volatile.Read(ref _tierHits);

    public long TierFaults => Volatile.Read(ref _tierFaults);

    public long Superseded => Volatile.Read(ref _superseded);

    public long Unserved => Volatile.Read(ref _unserved);

    public long Skipped => Volatile.Read(ref _skipped);

    public long SecondLooks => Volatile.Read(ref _secondLooks);

    public long StaleServed => Volatile.Read(ref _staleServed);

    public long Refreshes => Volatile.Read(ref _refreshes);

    public long ExpiredLoads => Volatile.Read(ref _expiredLoads);

    /// <summary>An entry was read in memory that may not be served: a hit for the engine, a miss for the caller.</summary>
    public void CountUnserved() => Interlocked.Increment(ref _unserved);

    /// <summary>A straight read that the engine counted as a hit is followed by a closer look, which is counted too.</summary>
    public void CountSecondLook() => Interlocked.Increment(ref _secondLooks);

    /// <summary>A call that leaves memory out: nothing for the engine, a miss for the caller.</summary>
    public void CountSkipped() => Interlocked.Increment(ref _skipped);

    /// <summary>A call was answered with a stale value.</summary>
    public void CountStale() => Interlocked.Increment(ref _staleServed);

    public void CountLeaseWait() => Interlocked.Increment(ref _leaseWaits);

    public void CountLeaseFault() => Interlocked.Increment(ref _leaseFaults);

    public void CountRefresh() => Interlocked.Increment(ref _refreshes);

    public void CountExpiredLoad() => Interlocked.Increment(ref _expiredLoads);

    /// <summary>A second look into memory on behalf of a call whose miss is counted already.</summary>
    public void CountRecheck() => Interlocked.Increment(ref _rechecks);

    /// <summary>A call whose miss is counted already got a value that was kept after all: by a tier behind, or by a flight that found it kept.</summary>
    public void CountLateHit() => Interlocked.Increment(ref _lateHits);

    /// <summary>A tier behind delivered a value that could not be read.</summary>
    public void CountTierUnreadable() => Interlocked.Increment(ref _tierUnreadable);

    /// <summary>A value was found in memory that could not be read: a hit for the engine, a miss for the caller.</summary>
    public void CountUnreadable() => Interlocked.Increment(ref _unreadable);

    /// <summary>A value was found in memory that is longer than the type asked for: nothing for the engine, a miss for the caller.</summary>
    public void CountTooLong() => Interlocked.Increment(ref _tooLong);

    public void CountLoad() => Interlocked.Increment(ref _loads);

    public void CountLoadFailure() => Interlocked.Increment(ref _loadFailures);

    public void CountJoin() => Interlocked.Increment(ref _joins);

    public void CountNotKept() => Interlocked.Increment(ref _notKept);

    public void CountTierHit() => Interlocked.Increment(ref _tierHits);

    /// <summary>A tier knew of something newer than what it was to keep.</summary>
    public void CountSuperseded() => Interlocked.Increment(ref _superseded);

    public void CountTierFault() => Interlocked.Increment(ref _tierFaults);
}
