namespace Strata.Backplane;

/// <summary>A snapshot of what a node has sent and heard since its cache was made.</summary>
public readonly record struct BackplaneStatistics
{
    /// <summary>Whether the transport delivers, as far as it knows.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Messages with changes that the transport took. One holds all keys and rules that came up while the one before was under way.</summary>
    public long Published { get; init; }

    /// <summary>Keys and rules in these messages.</summary>
    public long PublishedChanges { get; init; }

    /// <summary>Attempts that the transport did not take, or not in time. They are repeated.</summary>
    public long PublishFailures { get; init; }

    /// <summary>Times that more changes waited than <see cref="BackplaneOptions.MaxQueuedBytes"/> allows, so that a single one stands for all: everything is invalidated.</summary>
    public long Overflows { get; init; }

    /// <summary>Bytes of changes that wait to be published.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Messages of other nodes that were understood, announcements among them.</summary>
    public long Received { get; init; }

    /// <summary>Keys and rules of other nodes that were applied.</summary>
    public long ReceivedChanges { get; init; }

    /// <summary>Messages that had come before, or late, after a gap was noticed.</summary>
    public long Duplicates { get; init; }

    /// <summary>Messages that are none: garbled, of another format, or not authenticated by the key. They were ignored.</summary>
    public long Rejected { get; init; }

    /// <summary>Gaps in the sequences of other nodes, a part of <see cref="Suspicions"/>.</summary>
    public long Gaps { get; init; }

    /// <summary>Times that all this node had was taken for outdated; see <see cref="SuspicionReason"/>.</summary>
    public long Suspicions { get; init; }

    /// <summary>Other nodes that were heard of lately.</summary>
    public int Nodes { get; init; }

    /// <summary>How long the last announcement of this node took to come back to it: about what its changes take to reach others. Zero before the first.</summary>
    public TimeSpan Lag { get; init; }
}
