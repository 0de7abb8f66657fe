namespace Strata.Engine.Insight;

/// <summary>Where a sampled key is in one miniature cache.</summary>
internal enum MiniatureRing : byte
{
    None = 0,
    Probation,
    Main,

    /// <summary>Dropped from probation not long ago: it would begin in main.</summary>
    Ghost,
}
