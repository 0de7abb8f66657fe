namespace Strata.Engine.Stress.Explore.Protocols;

internal enum HazardPinFault
{
    None,
    PublishByPlainStore,
    PublishByReleaseStore,
    NoVersionCheckAfterPublishing,
    NoFenceBeforeScan,
    WriteBarrierBeforeScan,
    ScanBeforeUnlink,
    PlainReleaseOfHazard,
}
