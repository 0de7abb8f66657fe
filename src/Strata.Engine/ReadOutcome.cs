namespace Strata.Engine;

/// <summary>What a read of a <see cref="ByteStore"/> found.</summary>
public enum ReadOutcome
{
    /// <summary>No live entry has this key.</summary>
    Miss = 0,

    /// <summary>The entry was found and its whole value was delivered.</summary>
    Hit = 1,

    /// <summary>The entry was found, but the destination is shorter than its value. Nothing of another entry was written; the length needed is reported.</summary>
    DestinationTooShort = 2,

    /// <summary>As <see cref="Hit"/>, and counted as one, but the entry is past its soft time (<see cref="WriteOptions.SoftTtl"/>): the caller decides what that means.</summary>
    Stale = 3,

    /// <summary>The entry was found and is marked (<see cref="WriteOptions.IsMarked"/>). Nothing was delivered or counted by a read that cannot tell of the mark.</summary>
    Marked = 4,
}
