namespace Strata.Engine.Stress.Explore.Protocols;

internal enum ClearByEpochFault
{
    None,
    EpochNotReadAgain,
    NoReadBarrier,
    NoFenceBeforeReuse,
    EpochAfterReuse,
}
