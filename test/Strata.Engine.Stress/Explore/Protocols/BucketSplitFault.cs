namespace Strata.Engine.Stress.Explore.Protocols;

internal enum BucketSplitFault
{
    None,
    LevelNotReadAgain,
    VersionNotReadAgain,
    NoReadBarrierBeforeLevelIsReadAgain,
    LevelAfterOldBucketIsCleared,
    OldBucketNotOdd,
}
