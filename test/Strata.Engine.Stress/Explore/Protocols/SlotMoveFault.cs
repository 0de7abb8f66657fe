namespace Strata.Engine.Stress.Explore.Protocols;

internal enum SlotMoveFault
{
    None,
    NoOddVersion,
    NoBarrierAfterOddVersion,
    EvenVersionByPlainStore,
    MissNotValidated,
    NoReadBarrierBeforeMissIsValidated,
    OddVersionNotSeenAsBusy,
}
