namespace Strata.Tiers.Chaos;

/// <summary>What a <see cref="ChaosTier"/> has done to its calls so far.</summary>
public readonly record struct ChaosStatistics
{
    /// <summary>Calls made, each key of a batch among them.</summary>
    public long Calls { get; init; }

    /// <summary>Calls that did nothing and answered a fault, those of a partition among them.</summary>
    public long Faults { get; init; }

    /// <summary>Calls that did nothing and threw.</summary>
    public long Throws { get; init; }

    /// <summary>Calls that were done and answered a fault.</summary>
    public long LostAnswers { get; init; }

    /// <summary>Calls that were not done and answered that they were.</summary>
    public long LostWrites { get; init; }

    /// <summary>Values delivered with a wrong bit.</summary>
    public long Corruptions { get; init; }
}
