namespace Strata.Warming;

/// <summary>How far a warm-up is, and at its end what came of it.</summary>
/// <param name="Loaded">Keys whose values were loaded.</param>
/// <param name="AlreadyThere">Keys that memory or a tier behind had, that it was known to be without a value, or that somebody else loaded.</param>
/// <param name="WithoutValue">Keys whose load brought no value.</param>
/// <param name="Failed">Keys whose load failed.</param>
/// <param name="Elapsed">The time since the start.</param>
public readonly record struct WarmProgress(long Loaded, long AlreadyThere, long WithoutValue, long Failed, TimeSpan Elapsed)
{
    /// <summary>All keys that are done.</summary>
    public long Done => Loaded + AlreadyThere + WithoutValue + Failed;
}
