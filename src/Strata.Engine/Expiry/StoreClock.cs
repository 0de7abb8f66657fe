using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Strata.Engine.Expiry;

/// <summary>
/// Time in whole milliseconds, rounded down, for expiry. With the system's time on Linux most questions are answered by the kernel's
/// coarse clock, which costs a few nanoseconds, is never ahead of the precise clock, and is behind it by no more than the bound below: both
/// count from the same start. Everywhere else, and close to an expiry, the precise clock is read.
/// </summary>
internal sealed class StoreClock
{
    /// <summary>
    /// The second that the reading leaves out, and another one, far more than the longest tick of a kernel (10 ms at 100 Hz): a virtual machine that was
    /// held still resumes with an old tick.
    /// </summary>
    internal const long CoarseBoundMs = 2000;

    /// <summary>No reading: the question is answered by the precise clock.</summary>
    public const long NoReading = long.MaxValue;

    // The frequency of most systems, for which a division by a constant does.
    private const long NanosecondsPerSecond = 1_000_000_000;

    private readonly TimeProvider _time;
    private readonly long _frequency;
    private readonly bool _hasCoarse;

    public StoreClock(TimeProvider time)
    {
        _time = time;
        _frequency = time.TimestampFrequency;
        if (_frequency <= 0)
            throw new ArgumentException($"The time provider's timestamp frequency is {_frequency}; it must be positive.", nameof(time));
        _hasCoarse = time == TimeProvider.System && KernelTicks.IsSupported && TicksFollowTimestamp();
    }

    /// <summary>The precise time. Not comparable between stores.</summary>
    public long NowMs
    {
        get
        {
            long timestamp = _time.GetTimestamp();
            if (_frequency == NanosecondsPerSecond)
                return timestamp / (NanosecondsPerSecond / 1000);
            // In two steps, so that a clock of nanoseconds does not overflow.
            return timestamp / _frequency * 1000 + timestamp % _frequency * 1000 / _frequency;
        }
    }

    /// <summary>The precise time, or where that is cheaper the time of the kernel's last tick, a few milliseconds earlier: for ages, not for expiry.</summary>
    public long RecentMs => _hasCoarse ? KernelTicks.Milliseconds : NowMs;

    /// <summary>Whether the time <paramref name="expiryMs"/> has come.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasPassed(long expiryMs)
    {
        if (_hasCoarse && expiryMs - KernelTicks.Seconds * 1000 > CoarseBoundMs)
            return false;
        return HasPassedPrecisely(expiryMs);
    }

    /// <summary>The same, where the time was asked for lately: <paramref name="recentMs"/> is a reading of <see cref="RecentMs"/>, or <see cref="NoReading"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasPassed(long expiryMs, long recentMs) => !(_hasCoarse && expiryMs - recentMs > CoarseBoundMs) && HasPassedPrecisely(expiryMs);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool HasPassedPrecisely(long expiryMs) => NowMs >= expiryMs;

    // On a kernel or runtime where the two do not count from the same start, the coarse clock is not used.
    private bool TicksFollowTimestamp()
    {
        long seconds = KernelTicks.Seconds;
        long now = NowMs / 1000;
        return seconds <= now && seconds >= now - 1;
    }
}
