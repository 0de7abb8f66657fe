using System.Globalization;

namespace Strata.Guards;

/// <summary>
/// How a slow tier is guarded: how long its calls may take, and when it is left alone for a while. Immutable, and checked when it is made: an <see cref="ArgumentException"/> names the setting, its value and the
/// bounds.
/// </summary>
public sealed record GuardOptions
{
    private static readonly TimeSpan s_maxTime = TimeSpan.FromDays(1);

    /// <summary>How long a read may take; then it is <see cref="Tiers.TierReadStatus.Faulted"/>. Default 1 second; more than zero and at most 1 day.</summary>
    public TimeSpan ReadDeadline
    {
        get;
        init => field = Time(value, nameof(ReadDeadline));
    } = TimeSpan.FromSeconds(1);

    /// <summary>How long a read may take when the cache has a stale value to serve should nothing better come. Default 200 milliseconds; what is longer than <see cref="ReadDeadline"/> counts as that.</summary>
    public TimeSpan SoftReadDeadline
    {
        get;
        init => field = Time(value, nameof(SoftReadDeadline));
    } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a write or removal may take; then it is <see cref="Tiers.TierWriteStatus.Faulted"/>, and may still happen. Default 5 seconds; more than zero and at most 1 day.</summary>
    public TimeSpan WriteDeadline
    {
        get;
        init => field = Time(value, nameof(WriteDeadline));
    } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long an invalidation or a clear may take, which may have to look at all that the tier has; then it is <see cref="Tiers.TierWriteStatus.Faulted"/>, and may still happen. Being late does not count against the
    /// tier. Default 5 minutes; more than zero and at most 1 day.
    /// </summary>
    public TimeSpan InvalidationDeadline
    {
        get;
        init => field = Time(value, nameof(InvalidationDeadline));
    } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How many calls that were given up may still be under way inside the tier; while there are so many, further calls are throttled at once. Default 256; 1 to 65,536. Calls that were let in before may add to it.
    /// </summary>
    public int MaxAbandonedCalls
    {
        get;
        init => field = Number(value, 1, 65_536, nameof(MaxAbandonedCalls));
    } = 256;

    /// <summary>After how many failures in a row the breaker opens. Default 5; 1 to 1,000,000.</summary>
    public int FailuresInARow
    {
        get;
        init => field = Number(value, 1, 1_000_000, nameof(FailuresInARow));
    } = 5;

    /// <summary>At which share of failures in a <see cref="Window"/> the breaker opens. Default 0.5; more than 0 and at most 1.</summary>
    public double FailureShare
    {
        get;
        init => field = value is > 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(FailureShare), value, string.Create(CultureInfo.InvariantCulture, $"{nameof(FailureShare)} is {value}; it must be more than 0 and at most 1."));
    } = 0.5;

    /// <summary>How many calls a window must have had before <see cref="FailureShare"/> counts. Default 20; 1 to 1,000,000.</summary>
    public int MinWindowCalls
    {
        get;
        init => field = Number(value, 1, 1_000_000, nameof(MinWindowCalls));
    } = 20;

    /// <summary>For how long calls are counted together. Default 10 seconds; more than zero and at most 1 day.</summary>
    public TimeSpan Window
    {
        get;
        init => field = Time(value, nameof(Window));
    } = TimeSpan.FromSeconds(10);

    /// <summary>How long the breaker stays open the first time; twice as long after each probe that failed. Default 1 second; more than zero and at most 1 day.</summary>
    public TimeSpan OpenTime
    {
        get;
        init => field = Time(value, nameof(OpenTime));
    } = TimeSpan.FromSeconds(1);

    /// <summary>The longest that the breaker stays open before the next probe. Default 30 seconds; more than zero and at most 1 day.</summary>
    public TimeSpan MaxOpenTime
    {
        get;
        init => field = Time(value, nameof(MaxOpenTime));
    } = TimeSpan.FromSeconds(30);

    /// <summary>The clock of all these times. Default: the system's; a <see cref="TieredCache"/> gives the guards that it makes its own.</summary>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider), $"{nameof(TimeProvider)} is null; leave it at {nameof(TimeProvider)}.System or give a clock.");
    } = TimeProvider.System;

    private static TimeSpan Time(TimeSpan value, string name) =>
        value > TimeSpan.Zero && value <= s_maxTime ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be more than zero and at most {s_maxTime}.");

    private static int Number(int value, int least, int most, string name) =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {least} to {most}."));
}
