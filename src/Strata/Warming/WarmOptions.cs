using Strata.Entries;

namespace Strata.Warming;

/// <summary>How a warm-up goes. Immutable; the default instance is what the defaults say.</summary>
public sealed record WarmOptions
{
    /// <summary>How many loads run at a time, at least 1. Default: the number of processors.</summary>
    public int MaxParallelism
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxParallelism), value, $"{nameof(MaxParallelism)} is {value}; it must be at least 1.");
    } = Environment.ProcessorCount;

    /// <summary>How many keys go into one load of a warm-up in batches, at least 1. Default 100.</summary>
    public int BatchKeys
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BatchKeys), value, $"{nameof(BatchKeys)} is {value}; it must be at least 1.");
    } = 100;

    /// <summary>Whether the first load that fails ends the warm-up with its exception. Default <c>false</c>: failures are counted.</summary>
    public bool StopsAtFirstFailure { get; init; }

    /// <summary>How the entries are kept.</summary>
    public EntryOptions Entry { get; init; }
}
