namespace Strata.Engine.Stress.Explore.Model;

internal enum InstructionKind
{
    /// <summary>An ordinary load.</summary>
    Load,

    /// <summary><c>Volatile.Read</c>: nothing later is performed before it. As weak as <c>ldapr</c>: an earlier release store may still be pending.</summary>
    LoadAcquire,

    /// <summary>An ordinary store.</summary>
    Store,

    /// <summary><c>Volatile.Write</c>: performed after everything earlier; what is later may overtake it.</summary>
    StoreRelease,

    /// <summary><c>Interlocked.Exchange</c>: one step, and a full fence on both sides.</summary>
    Exchange,

    /// <summary><c>Interlocked.CompareExchange</c>: one step, and a full fence on both sides, whether or not it stores.</summary>
    CompareExchange,

    /// <summary><c>Volatile.ReadBarrier</c>, <c>dmb ishld</c>: earlier loads before everything later.</summary>
    ReadBarrier,

    /// <summary>
    /// <c>Volatile.WriteBarrier</c> by its contract: everything earlier before later stores. The <c>dmb ish</c> that Arm64 runs is
    /// stronger, the nothing that x64 runs is not: what holds here holds on both.
    /// </summary>
    WriteBarrier,

    /// <summary><c>Interlocked.MemoryBarrier</c>: everything earlier before everything later.</summary>
    FullFence,

    /// <summary>Leaves the thread when its condition is not zero. Loads after it may be performed before it is decided, stores not.</summary>
    ExitIf,
}
