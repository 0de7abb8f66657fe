namespace Strata.Engine.Eviction;

/// <summary>Where a <see cref="ShadowNode"/> stands.</summary>
internal enum ShadowPlace : byte
{
    Probation,
    Main,

    /// <summary>Dropped from probation, and remembered.</summary>
    Ghost,

    /// <summary>In the list of ghosts, but taken back: it only counts the bytes that were dropped since.</summary>
    Taken,
}
