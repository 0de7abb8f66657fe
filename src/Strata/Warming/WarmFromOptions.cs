using Strata.Entries;

namespace Strata.Warming;

/// <summary>How a warm-up from a tier goes. Immutable; the default instance is what the defaults say.</summary>
public sealed record WarmFromOptions
{
    /// <summary>The share of memory's capacity, more than 0 and at most 1, at which it ends: when so much is in use, or when the entries listed so far would take so much. Default 0.8.</summary>
    public double MemoryShare
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MemoryShare), value, $"{nameof(MemoryShare)} is {value}; it must be more than 0 and at most 1.");
    } = 0.8;

    /// <summary>How many reads of the tier run at a time, at least 1. Default 2.</summary>
    public int MaxParallelism
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxParallelism), value, $"{nameof(MaxParallelism)} is {value}; it must be at least 1.");
    } = 2;

    /// <summary>How many entries one read brings at most, at least 1. Default 100. It also ends at 1 MiB of keys and values, or at a thirty-second of what is to be filled if that is less.</summary>
    public int BatchKeys
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BatchKeys), value, $"{nameof(BatchKeys)} is {value}; it must be at least 1.");
    } = 100;

    /// <summary>How the entries are kept: its policy counts, above all <see cref="EntryPolicy.StaleGrace"/>; the time to live is what is left of each entry's own.</summary>
    public EntryOptions Entry { get; init; }
}
