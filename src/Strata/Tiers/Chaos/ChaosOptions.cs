using System.Globalization;

namespace Strata.Tiers.Chaos;

/// <summary>
/// What goes wrong in a <see cref="ChaosTier"/>, as shares of its calls, 0 to 1. The default: nothing. Immutable, and checked when it is made: an <see cref="ArgumentException"/> names the setting, its value and the bounds.
/// </summary>
public sealed record ChaosOptions
{
    private static readonly TimeSpan s_mostLatency = TimeSpan.FromHours(1);

    /// <summary>Decides what goes wrong: with the same seed, the same happens to the same calls, counted from the first. Default 1.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The share of calls that do nothing and answer that the tier has failed.</summary>
    public double FaultShare
    {
        get;
        init => field = Share(value, nameof(FaultShare));
    }

    /// <summary>The share of calls that do nothing and throw an <see cref="IOException"/>, which no tier should.</summary>
    public double ThrowShare
    {
        get;
        init => field = Share(value, nameof(ThrowShare));
    }

    /// <summary>The share of writes, removals and invalidations that are done, and answer that the tier has failed.</summary>
    public double LostAnswerShare
    {
        get;
        init => field = Share(value, nameof(LostAnswerShare));
    }

    /// <summary>
    /// The share of writes, removals and invalidations that answer that they are done, and are not: what a server forgets whose replica takes over. No cache can tell; a former value comes back.
    /// </summary>
    public double LostWriteShare
    {
        get;
        init => field = Share(value, nameof(LostWriteShare));
    }

    /// <summary>The share of values read of which one bit is wrong.</summary>
    public double CorruptShare
    {
        get;
        init => field = Share(value, nameof(CorruptShare));
    }

    /// <summary>The share of calls that are late by up to <see cref="MaxLatency"/>.</summary>
    public double LatencyShare
    {
        get;
        init => field = Share(value, nameof(LatencyShare));
    }

    /// <summary>The longest that a call is late. Default zero; at most 1 hour.</summary>
    public TimeSpan MaxLatency
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= s_mostLatency ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxLatency), value, $"{nameof(MaxLatency)} is {value}; it must be zero to {s_mostLatency}.");
    }

    /// <summary>The clock that calls are late by. Default: the system's.</summary>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider), $"{nameof(TimeProvider)} is null; leave it at {nameof(TimeProvider)}.System or give a clock.");
    } = TimeProvider.System;

    private static double Share(double value, string name) => value is >= 0 and <= 1 ? value
        : throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be 0 to 1."));
}
