namespace Strata.Tiers;

/// <summary>What a write to a tier (or a removal from it) did.</summary>
public enum TierWriteStatus
{
    /// <summary>The tier did as it was told.</summary>
    Done = 0,

    /// <summary>A removal found no entry of this key. The state asked for is the state there is.</summary>
    NotFound = 1,

    /// <summary>The tier does not take this value, by its limits or for want of room, and has no value of this key now.</summary>
    Refused = 2,

    /// <summary>The tier was not asked, to spare it. A former value may still be there.</summary>
    Throttled = 3,

    /// <summary>The tier failed. A former value may still be there, or the new one.</summary>
    Faulted = 4,

    /// <summary>The value is older than what the tier knows of its key (<see cref="Entries.EntryOptions.Timestamp"/>): a newer value, or a removal since. That stands. Or the tier
    /// cannot tell; then it has nothing older of the key any more.</summary>
    Superseded = 5,
}
