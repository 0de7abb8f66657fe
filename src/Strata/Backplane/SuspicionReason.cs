namespace Strata.Backplane;

/// <summary>Why a node treats all it has as invalidated.</summary>
public enum SuspicionReason
{
    /// <summary>The sequence of another node has a gap: a message of it was lost, or overtaken by a later one.</summary>
    Gap = 0,

    /// <summary>A node is met for the first time, or after it was forgotten, that has published before.</summary>
    Stranger = 1,

    /// <summary>The transport delivers again and cannot say what was lost.</summary>
    Reconnect = 2,

    /// <summary>The node's own announcements have not come back for so long that others would have forgotten it, and now come again.</summary>
    Silence = 3,
}
