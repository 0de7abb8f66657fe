namespace Strata.Guards;

/// <summary>
/// Refuses calls for a while after too many have failed. It opens after so many failures in a row, or when the share of failures in a window is too high; it stays open for a time that doubles with each probe that
/// fails; then exactly one call, the probe, decides.
/// </summary>
/// <remarks>All of it under one lock, a few comparisons long. A change of state is returned rather than announced, so that nobody is called under the lock.</remarks>
internal sealed class CircuitBreaker
{
    private readonly Lock _gate = new();
    private readonly GuardOptions _options;
    private readonly TimeProvider _time;
    private BreakerState _state;
    private long _era;
    private int _failuresInARow;
    private int _callsInWindow;
    private int _failuresInWindow;
    private long _windowStart;
    private long _openedAt;
    private TimeSpan _openTime;
    private long _openings;

    public CircuitBreaker(GuardOptions options)
    {
        _options = options;
        _time = options.TimeProvider;
        _windowStart = _time.GetTimestamp();
        _openTime = options.OpenTime;
    }

    public BreakerState State
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    /// <summary>How often it opened, failed probes among them.</summary>
    public long Openings => Volatile.Read(ref _openings);

    /// <summary>Asks to make a call. Who may must report how it ended, or release the permit.</summary>
    public bool TryEnter(out BreakerPermit permit, out BreakerChange? change)
    {
        lock (_gate)
        {
            change = null;
            if (_state == BreakerState.Open && _time.GetElapsedTime(_openedAt) >= _openTime)
            {
                change = Become(BreakerState.HalfOpen);
                permit = new(_era);
                return true;
            }

            permit = new(_era);
            return _state == BreakerState.Closed;
        }
    }

    /// <summary>Says how a call ended.</summary>
    public BreakerChange? Report(BreakerPermit permit, bool hasFailed)
    {
        lock (_gate)
        {
            if (permit.Era != _era)
                return null;
            if (_state == BreakerState.HalfOpen)
                return hasFailed ? Open(_openTime * 2) : Close();
            Count(hasFailed);
            return hasFailed && IsTooMuch() ? Open(_options.OpenTime) : null;
        }
    }

    /// <summary>The call ended without telling anything of the tier. If it was the probe, the next call is.</summary>
    public BreakerChange? Release(BreakerPermit permit)
    {
        lock (_gate)
            return permit.Era == _era && _state == BreakerState.HalfOpen ? Become(BreakerState.Open) : null;
    }

    private void Count(bool hasFailed)
    {
        if (_time.GetElapsedTime(_windowStart) >= _options.Window)
            BeginWindow();
        _callsInWindow++;
        _failuresInWindow += hasFailed ? 1 : 0;
        _failuresInARow = hasFailed ? _failuresInARow + 1 : 0;
    }

    private bool IsTooMuch() =>
        _failuresInARow >= _options.FailuresInARow || (_callsInWindow >= _options.MinWindowCalls && _failuresInWindow >= _callsInWindow * _options.FailureShare);

    private BreakerChange Open(TimeSpan time)
    {
        _openTime = time < _options.MaxOpenTime ? time : _options.MaxOpenTime;
        _openedAt = _time.GetTimestamp();
        Interlocked.Increment(ref _openings);
        return Become(BreakerState.Open);
    }

    private BreakerChange Close()
    {
        _failuresInARow = 0;
        BeginWindow();
        return Become(BreakerState.Closed);
    }

    private void BeginWindow()
    {
        _windowStart = _time.GetTimestamp();
        _callsInWindow = 0;
        _failuresInWindow = 0;
    }

    private BreakerChange Become(BreakerState state)
    {
        _state = state;
        _era++;
        return new(state, state == BreakerState.Open ? _openTime : TimeSpan.Zero);
    }
}
