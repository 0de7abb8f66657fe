namespace Strata.Files.Segments;

/// <summary>Milliseconds since 1970 that never go back: the wall clock when the store was opened, or the latest time the store has seen, and from there the monotonic clock.</summary>
internal sealed class StoreClock(TimeProvider time)
{
    /// <summary>What a clock may be set back between two openings without that entries with a time to live are lost.</summary>
    private const long ToleranceMs = 60_000;

    private readonly long _start = time.GetTimestamp();
    private readonly long _wallMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    private long _aheadMs;

    public long NowMs => _wallMs + _aheadMs + (long)time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Begins not before a time that the store has seen. Called while the store is opened.</summary>
    /// <returns>Whether the clock was set back by more than is bridged: nobody knows then how long the store was closed, so what it holds may have ended.</returns>
    public bool Observe(long seenMs)
    {
        long aheadMs = seenMs - _wallMs;
        if (aheadMs > ToleranceMs)
            return true;
        _aheadMs = Math.Max(_aheadMs, aheadMs);
        return false;
    }
}
