using Strata.Guards;
using Strata.Invalidation;
using Strata.Telemetry;
using Strata.Tiers;

namespace Strata.Stacking;

/// <summary>
/// A tier in its place behind a cache, with the settings it has there. It remembers what the tier has not been told yet, because it is written behind or because it failed, tells it in order as soon as it answers, and lets nothing be read meanwhile that
/// may be older.
/// </summary>
/// <remarks>The page <c>Stacking/DESIGN.md</c> says why no older value comes back.</remarks>
internal sealed partial class StackedTier : ICacheTier, IDisposable
{
    private readonly WatchedTier _inner;
    private readonly GuardedTier? _guard;
    private readonly PendingWrites? _pending;
    private readonly CacheTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly HybridClock _clock;
    private readonly Action<StackedTier, PendingWrite, TierWriteStatus> _told;
    private readonly ITimer? _retry;
    private long _tickets;
    private long _answers;
    private long _overflows;
    private volatile bool _isStopped;

    /// <param name="tier">The tier, as it was given.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="guard">How to guard it, unless it is guarded already; <c>null</c> for not at all.</param>
    /// <param name="telemetry">Has its calls counted, and the rest logged.</param>
    /// <param name="index">Its place among the tiers of the cache.</param>
    /// <param name="time">The clock.</param>
    /// <param name="clock">The source of timestamps.</param>
    /// <param name="told">Is told what the tier has got that was pending, and was the last of its key; and how it answered.</param>
    public StackedTier(ICacheTier tier, TierOptions options, GuardOptions? guard, CacheTelemetry telemetry, int index, TimeProvider time, HybridClock clock, Action<StackedTier, PendingWrite, TierWriteStatus> told)
    {
        Given = tier;
        Options = options;
        _telemetry = telemetry;
        _time = time;
        _clock = clock;
        _told = told;
        _guard = tier as GuardedTier ?? (guard is null ? null : new GuardedTier(tier, guard));
        _inner = telemetry.Watch(_guard ?? tier, index);
        if (_guard is null && !options.WritesBehind)
            return;
        _pending = new PendingWrites(options.MaxPendingKeys, options.MaxPendingBytes, (tier.Traits & TierTraits.Shared) != 0);
        _retry = time.CreateTimer(static state => ((StackedTier)state!).Resume(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (_guard is not null)
        {
            _guard.AbandonedWrites.Ending += RemoveAbandoned;
            _guard.Changed += Note;
        }
    }

    public string Name => _inner.Name;

    public TierTraits Traits => _inner.Traits;

    public TierOptions Options { get; }

    /// <summary>The tier, as it was given.</summary>
    public ICacheTier Given { get; }

    public IAsyncEnumerable<RecentEntry>? ListRecent() => _inner.ListRecent();

    /// <summary>The guard, if there is one.</summary>
    public GuardedTier? Guard => _guard;

    /// <summary>What the tier has not been told yet; <c>null</c> when nothing is ever remembered.</summary>
    public PendingWrites? Pending => _pending;

    /// <summary>Writes that were told later than they were asked for.</summary>
    public long Replayed => Volatile.Read(ref _replayed);

    /// <summary>Another node has invalidated: if it shares the tier, what is pending here must not undo that.</summary>
    public void NoteInvalidation(InvalidationRule rule)
    {
        if (_pending is null || (Traits & TierTraits.Shared) == 0)
            return;
        _pending.Invalidate(rule, NextTicket());
        Drain();
    }

    /// <summary>Waits for what is queued, as long as the tier answers and <see cref="TierOptions.FlushTime"/> is not over; what is left then is forgotten, but for the batch that is under way.</summary>
    public void Dispose()
    {
        if (_pending is null)
            return;
        try
        {
            if (!_pending.IsEmpty && Options.FlushTime > TimeSpan.Zero)
                ((Task)FlushAsync(CancellationToken.None).AsTask().WaitAsync(Options.FlushTime, _time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
        }
        finally
        {
            _isStopped = true;
            _retry!.Dispose();
            if (_guard is not null)
            {
                _guard.AbandonedWrites.Ending -= RemoveAbandoned;
                _guard.Changed -= Note;
            }
        }
    }

    private long NextTicket() => Interlocked.Increment(ref _tickets);

    /// <summary>Remembers something that the tier has not got.</summary>
    private bool Add(PendingWrite write, out bool hadValue)
    {
        bool isWhole = _pending!.Add(write, out hadValue);
        long overflows = _pending.Overflows;
        if (Interlocked.Exchange(ref _overflows, overflows) < overflows)
            _telemetry.Overflowed(Name);
        return isWhole;
    }

    /// <summary>A write that was given up has happened after all, perhaps, and perhaps after a newer one: only without any value is the tier not wrong.</summary>
    private void RemoveAbandoned(byte[] key)
    {
        Add(new PendingWrite { Key = key, Ticket = NextTicket() }, out _);
        Drain();
    }

    private void Note(BreakerChange change)
    {
        _telemetry.BreakerChanged(Name, change);
        if (change.State == BreakerState.Closed)
            Resume();
    }
}
