namespace Strata.Telemetry;

/// <summary>What a tier is asked to do.</summary>
internal enum TierOperation
{
    Get,
    Set,
    Remove,
    Clear,
    Invalidate,
    MarkStale,
    GetMany,
    SetMany,
    RemoveMany,
}
