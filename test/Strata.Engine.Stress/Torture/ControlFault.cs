namespace Strata.Engine.Stress.Torture;

/// <summary>What a <see cref="ControlTarget"/> does wrong, now and then.</summary>
internal enum ControlFault
{
    None,

    /// <summary>A read gives the value before the current one.</summary>
    StaleRead,

    /// <summary>A read gives the first half of the current value and the second half of the one before.</summary>
    TornRead,

    /// <summary>A read gives the value of another key.</summary>
    OtherKey,

    /// <summary>A read gives what a recycled page is filled with.</summary>
    Poison,

    /// <summary>A write changes the bytes that a lease shows.</summary>
    LeaseOverwritten,

    /// <summary>A removal says it removed and does not.</summary>
    ForgottenRemoval,

    /// <summary>A clear leaves an entry behind.</summary>
    ForgottenByClear,

    /// <summary>A read misses an entry that is there.</summary>
    FalseMiss,

    /// <summary>Expiry is not looked at.</summary>
    ServedExpired,

    /// <summary>Add replaces an entry and says that it did not.</summary>
    AddReplaces,

    /// <summary>Compare-exchange does not compare.</summary>
    NoCompare,

    /// <summary>A write fence that was passed is not looked at.</summary>
    FenceIgnored,

    /// <summary>After dispose, reads go on.</summary>
    ReadAfterDispose,
}
