namespace Strata.Engine.Layout;

/// <summary>Where a slab is in its life.</summary>
internal enum SlabState : byte
{
    /// <summary>The page is no slab.</summary>
    None = 0,

    /// <summary>Records are appended.</summary>
    Open,

    /// <summary>Full; it stands in its ring, and among the slabs of like waste.</summary>
    Sealed,

    /// <summary>Out of its ring, under the hand.</summary>
    UnderHand,
}
