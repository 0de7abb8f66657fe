namespace Strata.Files.Tests.Simulation;

/// <summary>What a failure leaves of the writes that were not flushed.</summary>
internal enum CrashKind
{
    /// <summary>All of them: the process was killed, the system went on.</summary>
    Kill,

    /// <summary>None of them.</summary>
    LoseAll,

    /// <summary>Some sectors of 512 bytes, in no order.</summary>
    Torn512,

    /// <summary>Some sectors of 4096 bytes, in no order.</summary>
    Torn4096,
}
