namespace Strata.Engine.Memory;

/// <summary>What <see cref="ThreadCounters"/> counts.</summary>
internal enum ReadCounter
{
    Hit = 0,
    Miss = 1,

    /// <summary>Leases that are copies.</summary>
    LeaseCopy = 2,
}
