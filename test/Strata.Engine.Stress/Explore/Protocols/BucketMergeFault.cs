namespace Strata.Engine.Stress.Explore.Protocols;

internal enum BucketMergeFault
{
    None,
    ShapeNotReadAgain,
    VersionNotReadAgain,
    NoReadBarrierBeforeShapeIsReadAgain,
    SourceNotOdd,
    NoBarrierAfterOddVersion,
    ShapeBeforeTargetIsFilled,
    ShapeByPlainStore,
    EvenVersionByPlainStore,
}
