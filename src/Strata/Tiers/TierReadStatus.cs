namespace Strata.Tiers;

/// <summary>What a read of a tier found.</summary>
public enum TierReadStatus
{
    /// <summary>The tier is sure that it has no live entry of this key.</summary>
    Miss = 0,

    /// <summary>A live entry was found and its whole value was delivered.</summary>
    Hit = 1,

    /// <summary>An entry was found whose time is over but which may still be served when nothing better is to be had. Its whole value was delivered.</summary>
    Stale = 2,

    /// <summary>The tier was not asked, to spare it. It may well have the entry.</summary>
    Throttled = 3,

    /// <summary>The tier failed to answer. It may well have the entry.</summary>
    Faulted = 4,
}
