namespace Strata.Engine.Stress.Explore.Protocols;

internal enum ValidatedReadFault
{
    None,
    NoVersionCheck,
    NoReadBarrier,
    NoWriteBarrier,
    NoAcquireOfVersion,
    ReuseBeforeUnlink,
    BumpAfterReuse,
    BumpBeforeUnlink,
    BumpNotRelease,
    SlotNotRelease,
}
