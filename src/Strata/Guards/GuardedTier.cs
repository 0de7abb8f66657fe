using Strata.Tiers;

namespace Strata.Guards;

/// <summary>
/// A slow tier, with a deadline for each of its calls and a breaker that leaves it alone while it fails. What the tier throws becomes a status; what it does after its deadline is seen by nobody.
/// </summary>
/// <remarks>
/// <para>A <see cref="TieredCache"/> guards each tier whose <see cref="Traits"/> are not <see cref="TierTraits.None"/> itself, with <see cref="TieredCacheOptions.Guard"/>; make one to use a tier without a cache, or to share one guard, and so one
/// breaker, between caches.</para>
/// <para>The tier works on copies of keys and values and writes into the guard's own buffer, so a call can be given up at any time: the caller's memory is its own again, and what the tier still uses is left to it. A tier
/// that blocks its caller's thread before it returns a task cannot be given up.</para>
/// <para>Safe for any number of threads. A call that the tier completes synchronously costs a copy and two short locks, and allocates nothing; else some hundred bytes, for the wait. The tier inside stays its owner's to
/// dispose.</para>
/// </remarks>
public sealed partial class GuardedTier : ICacheTier
{
    private readonly ICacheTier _inner;
    private readonly GuardOptions _options;
    private readonly TimeProvider _time;
    private readonly CircuitBreaker _breaker;
    private long _rejected;
    private long _timedOut;
    private int _abandoned;

    /// <summary>Guards a tier.</summary>
    /// <param name="inner">The tier.</param>
    /// <param name="options">The settings; <c>null</c> takes the defaults.</param>
    public GuardedTier(ICacheTier inner, GuardOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _options = options ?? new GuardOptions();
        _time = _options.TimeProvider;
        _breaker = new CircuitBreaker(_options);
    }

    /// <summary>Is told when the breaker changes its state, on the thread of the call that changed it.</summary>
    internal event Action<BreakerChange>? Changed;

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public TierTraits Traits => _inner.Traits;

    /// <inheritdoc/>
    /// <remarks>Without a deadline: nobody waits for it.</remarks>
    public IAsyncEnumerable<RecentEntry>? ListRecent() => _inner.ListRecent();

    /// <summary>Takes a snapshot of the counters.</summary>
    public GuardStatistics Statistics => new()
    {
        State = _breaker.State,
        Openings = _breaker.Openings,
        Rejected = Volatile.Read(ref _rejected),
        TimedOut = Volatile.Read(ref _timedOut),
        Abandoned = Volatile.Read(ref _abandoned),
    };

    /// <summary>Whether calls go through.</summary>
    internal bool IsClosed => _breaker.State == BreakerState.Closed;

    /// <summary>The keys of writes that were given up and may happen yet.</summary>
    internal AbandonedWrites AbandonedWrites { get; } = new();

    private bool TryEnter(out BreakerPermit permit)
    {
        permit = default;
        bool isIn = false;
        if (Volatile.Read(ref _abandoned) < _options.MaxAbandonedCalls)
        {
            isIn = _breaker.TryEnter(out permit, out BreakerChange? change);
            Tell(change);
        }

        if (!isIn)
            Interlocked.Increment(ref _rejected);
        return isIn;
    }

    private void Report(BreakerPermit permit, bool hasFailed) => Tell(_breaker.Report(permit, hasFailed));

    private void Tell(BreakerChange? change)
    {
        if (change is { } what)
            Changed?.Invoke(what);
    }
}
