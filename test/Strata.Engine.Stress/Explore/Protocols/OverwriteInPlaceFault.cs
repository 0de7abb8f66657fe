namespace Strata.Engine.Stress.Explore.Protocols;

internal enum OverwriteInPlaceFault
{
    None,
    NoOddVersion,
    NoBarrierAfterOddVersion,
    EvenVersionByPlainStore,
    NoReadBarrier,
    NoVersionCheck,
    OddVersionNotSeenAsBusy,
}
