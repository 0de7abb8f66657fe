namespace Strata.Backplane;

/// <summary>What a message means, by its sender and number.</summary>
internal enum PeerSight
{
    /// <summary>An announcement that tells nothing new.</summary>
    Nothing,

    /// <summary>Changes that are next in turn.</summary>
    Next,

    /// <summary>Changes that have come before, or late.</summary>
    Duplicate,

    /// <summary>Something before it was missed.</summary>
    Missed,

    /// <summary>A new node that has published nothing yet.</summary>
    Stranger,

    /// <summary>The first changes of a new node.</summary>
    NextOfStranger,

    /// <summary>A new node that has published before.</summary>
    MissedByStranger,
}
