namespace Strata.Engine.Stress.Explore.Protocols;

internal enum IndexPageParkFault
{
    None,
    EpochNotRaised,
    EpochAfterVersionsBeganAnew,
    NoFenceBeforeDiscard,
    NoReadBarrier,
    EpochNotReadAgain,
    EpochReadAgainBeforeVersion,
    VersionAgainByPlainLoad,
}
