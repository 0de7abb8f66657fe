namespace Strata.Backplane;

/// <summary>The other nodes that were heard of lately, and the last number of each. Not safe for threads: its owner has a lock.</summary>
/// <remarks>A number that is not above the last one was applied before, or is of a message that was missed and so stood for: everything was dropped when that was noticed.</remarks>
internal sealed class Peers
{
    /// <summary>The most nodes that are remembered; with more, the one that was silent longest is forgotten, which at worst costs a suspicion.</summary>
    public const int MaxNodes = 16 * 1024;

    private readonly Dictionary<UInt128, Peer> _peers = [];

    public int Count => _peers.Count;

    /// <summary>Takes note of a message.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="now">The time, in timestamps of any clock.</param>
    public PeerSight See(in MessageHeader header, long now)
    {
        bool isChanges = header.Kind == MessageKind.Changes;
        if (!_peers.TryGetValue(header.Node, out Peer? peer))
        {
            if (_peers.Count == MaxNodes)
                _peers.Remove(_peers.MinBy(static known => known.Value.SeenAt).Key);
            _peers.Add(header.Node, new Peer { Last = header.Sequence, SeenAt = now });
            return header.Sequence > (isChanges ? 1 : 0) ? PeerSight.MissedByStranger : isChanges ? PeerSight.NextOfStranger : PeerSight.Stranger;
        }

        peer.SeenAt = now;
        long missed = header.Sequence - peer.Last - (isChanges ? 1 : 0);
        if (header.Sequence > peer.Last)
            peer.Last = header.Sequence;
        return missed > 0 ? PeerSight.Missed : !isChanges ? PeerSight.Nothing : missed == 0 ? PeerSight.Next : PeerSight.Duplicate;
    }

    /// <summary>Forgets those that were silent since a time.</summary>
    public void Forget(long since)
    {
        foreach ((UInt128 node, Peer peer) in _peers)
        {
            if (peer.SeenAt < since)
                _peers.Remove(node);
        }
    }

    /// <summary>Gives all of them time from now on.</summary>
    public void Touch(long now)
    {
        foreach (Peer peer in _peers.Values)
            peer.SeenAt = now;
    }

    private sealed class Peer
    {
        public long Last { get; set; }

        public long SeenAt { get; set; }
    }
}
