using Strata.Invalidation;

namespace Strata.Backplane;

/// <content>What comes in.</content>
internal sealed partial class BackplaneNode
{
    private bool _isConnected;
    private long _heardSelfAt;
    private TimeSpan _lag;
    private long _received;
    private long _receivedChanges;
    private long _duplicates;
    private long _rejected;
    private long _gaps;
    private long _suspicions;

    /// <inheritdoc/>
    public void Received(ReadOnlySpan<byte> message)
    {
        if (_isDisposed)
            return;
        if (!MessageFormat.TryReadHeader(message, _key, out MessageHeader header, out Range range))
            Reject();
        else if (header.Node == _id)
            HearSelf(header);
        else if (header.Kind == MessageKind.Announcement)
            Hear(header, message, []);
        else if (MessageFormat.TryReadChanges(message, range, out List<Change>? changes))
            Hear(header, message, changes);
        else
            Reject();
    }

    /// <inheritdoc/>
    public void Interrupted()
    {
        lock (_gate)
            _isConnected = false;
    }

    /// <inheritdoc/>
    public void Resumed(bool isComplete)
    {
        if (!isComplete)
            Suspect(SuspicionReason.Reconnect);
        lock (_gate)
        {
            _isConnected = true;
            _heardSelfAt = _time.GetTimestamp();
            _peers.Touch(_heardSelfAt);
        }

        Announce();
    }

    private void Hear(in MessageHeader header, ReadOnlySpan<byte> message, List<Change> changes)
    {
        PeerSight sight;
        lock (_gate)
        {
            sight = _peers.See(header, _time.GetTimestamp());
            _received++;
            if (sight is PeerSight.Missed)
                _gaps++;
            else if (sight is PeerSight.Duplicate)
                _duplicates++;
        }

        if (sight is PeerSight.Missed or PeerSight.MissedByStranger)
            Suspect(sight == PeerSight.Missed ? SuspicionReason.Gap : SuspicionReason.Stranger);
        else if (sight is PeerSight.Next or PeerSight.NextOfStranger)
            Apply(message, changes);

        // A newcomer learns at once who is there, rather than suspect each in turn over a whole interval.
        if (sight >= PeerSight.Stranger)
            Greet();
    }

    private void Apply(ReadOnlySpan<byte> message, List<Change> changes)
    {
        try
        {
            foreach (Change change in changes)
            {
                if (change.IsKey)
                    _target.Drop(message[change.Key]);
                else if (change.Rule is { } rule)
                    _target.Drop(rule);
                else
                    _target.DropEverything();
            }
        }
        catch (ObjectDisposedException)
        {
            // The entries went with the cache.
        }

        lock (_gate)
            _receivedChanges += changes.Count;
    }

    private void Suspect(SuspicionReason reason)
    {
        lock (_gate)
            _suspicions++;
        try
        {
            _target.SuspectEverything();
        }
        catch (ObjectDisposedException)
        {
            // The entries went with the cache.
        }

        _target.Tell(reason);
    }

    private void Reject()
    {
        lock (_gate)
            _rejected++;
        _target.Tell(null);
    }

    /// <summary>Announces, unless an announcement of the last tenth of an interval is still on its way.</summary>
    private void Greet()
    {
        lock (_gate)
        {
            if (_awaitsEcho && _time.GetTimestamp() - _announcedAt < _silenceTicks / (SilentIntervals * 10))
                return;
        }

        Announce();
    }

    /// <summary>Own messages tell how long the way is, and that it is open.</summary>
    private void HearSelf(in MessageHeader header)
    {
        bool wasDeaf;
        lock (_gate)
        {
            long now = _time.GetTimestamp();
            // While the transport says so itself, it is its business to tell what was missed.
            wasDeaf = _isConnected && now - _heardSelfAt > _silenceTicks;
            _heardSelfAt = now;
            if (header.Kind == MessageKind.Announcement && _awaitsEcho)
            {
                _awaitsEcho = false;
                _lag = _time.GetElapsedTime(_announcedAt, now);
            }
        }

        if (wasDeaf)
            Suspect(SuspicionReason.Silence);
    }
}
