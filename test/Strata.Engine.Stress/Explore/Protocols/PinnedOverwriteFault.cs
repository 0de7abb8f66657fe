namespace Strata.Engine.Stress.Explore.Protocols;

internal enum PinnedOverwriteFault
{
    None,
    NoHazardCheck,
    NoFenceBeforeScan,
    ScanBeforeOddVersion,
    NoVersionCheckAfterPublishing,
    OddVersionNotSeenAsBusy,
}
