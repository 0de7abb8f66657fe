namespace Strata.Engine.Stripes;

/// <summary>Why a slab is under the hand.</summary>
internal enum HandErrand
{
    /// <summary>To make room: the policy says what stays.</summary>
    Eviction,

    /// <summary>For its expired bytes: everything live stays.</summary>
    Expiry,

    /// <summary>For its dead bytes: everything live stays.</summary>
    Compaction,
}
