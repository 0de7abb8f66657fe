namespace Strata.Engine.Stress.Litmus;

/// <summary>What is broken in a copy of a protocol. Only faults that x64 shows too: a removed acquire or write barrier is the explorer's business.</summary>
internal enum RaceFault
{
    None,
    NoVersionCheck,
    ReuseBeforeUnlink,
    NoOddVersion,
    NoHazardFence,
    NoFenceBeforeScan,
    NoPin,
}
