namespace Strata.Engine.Memory;

/// <summary>What <see cref="ThreadCounters"/> counts.</summary>
internal enum ReadCounter
{
    Hit = 0,
    Miss = 1,

    /// <summary>Leases that are copies.</summary>
    LeaseCopy = 2,

    /// <summary>Hits of which only the version was asked, a part of <see cref="Hit"/>.</summary>
    Confirmation = 3,
}
