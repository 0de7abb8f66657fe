namespace Strata.Engine.Stress.Explore.Protocols;

internal enum BucketSplitMergeFault
{
    None,
    EpochNotRaised,
    ShapeNotReadAgain,
    VersionNotReadAgain,
    NoReadBarrier,
}
