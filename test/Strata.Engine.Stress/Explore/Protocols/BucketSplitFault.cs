namespace Strata.Engine.Stress.Explore.Protocols;

internal enum BucketSplitFault
{
    None,
    ShapeNotReadAgain,
    VersionNotReadAgain,
    NoReadBarrierBeforeShapeIsReadAgain,
    OldBucketNotOdd,
    NoBarrierAfterOddVersion,
    ShapeAfterEvenVersion,
    ShapeByPlainStore,
    EvenVersionByPlainStore,
}
