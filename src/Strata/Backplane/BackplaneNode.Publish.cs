using Strata.Invalidation;

namespace Strata.Backplane;

/// <content>What goes out: changes, in messages one after the other, and announcements between them.</content>
internal sealed partial class BackplaneNode
{
    /// <summary>A transport that has not taken a message by then is asked again with the next announcement.</summary>
    private static readonly TimeSpan s_sendDeadline = TimeSpan.FromSeconds(5);

    private readonly List<byte> _message = [];
    private byte[]? _unsent;
    private int _unsentChanges;
    private long _sequence;
    private bool _isPumping;
    private bool _owesAnnouncement;
    private long _announcedAt;
    private bool _awaitsEcho;
    private long _publishedChanges;
    private long _publishFailures;
    private long _overflows;

    /// <summary>Tells the others that a key has changed. To be called when the shared tiers have the new state.</summary>
    public void Publish(ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            if (!_outbox.Add(key))
                _overflows++;
        }

        Pump();
    }

    /// <summary>Tells the others that all entries that a rule means are invalidated. To be called when the shared tiers have none of them.</summary>
    public void Publish(InvalidationRule rule)
    {
        lock (_gate)
        {
            if (!_outbox.Add(rule))
                _overflows++;
        }

        Pump();
    }

    /// <summary>Tells the others that everything is invalidated.</summary>
    public void PublishEverything()
    {
        lock (_gate)
            _outbox.AddEverything();
        Pump();
    }

    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    private void Announce()
    {
        lock (_gate)
            _owesAnnouncement = true;
        Pump();
    }

    /// <summary>Has the publisher run, if it does not already: it looks again, under the lock, before it stops.</summary>
    private void Pump()
    {
        lock (_gate)
        {
            if (_isPumping)
                return;
            _isPumping = true;
        }

        _options.Queue(this);
    }

    private async Task PumpAsync()
    {
        while (TryTake(out byte[] message))
        {
            bool isSent = await TrySendAsync(message).ConfigureAwait(false);
            lock (_gate)
            {
                if (!isSent)
                {
                    _publishFailures++;
                    _isPumping = false;
                    return;
                }

                if (message == _unsent)
                {
                    _unsent = null;
                    _publishedChanges += _unsentChanges;
                }
            }
        }
    }

    /// <summary>The next message: the one that was not taken the last time; else changes that wait; else the announcement that is due, whose number then stands for messages that are all out.</summary>
    private bool TryTake(out byte[] message)
    {
        lock (_gate)
        {
            message = [];
            if (_unsent is null && !_outbox.IsEmpty)
            {
                BeginUnderLock(MessageKind.Changes, ++_sequence);
                _unsentChanges = _outbox.MoveTo(_message, BackplaneOptions.MaxMessageBytes - MessageFormat.TagBytes);
                _unsent = MessageFormat.Seal(_message, _key);
            }

            if (_unsent is not null)
            {
                message = _unsent;
                return true;
            }

            if (_owesAnnouncement && !_isDisposed)
            {
                _owesAnnouncement = false;
                BeginUnderLock(MessageKind.Announcement, _sequence);
                message = MessageFormat.Seal(_message, _key);
                _announcedAt = _time.GetTimestamp();
                _awaitsEcho = true;
                return true;
            }

            _isPumping = false;
            return false;
        }
    }

    private void BeginUnderLock(MessageKind kind, long sequence)
    {
        _message.Clear();
        MessageFormat.WriteHeader(_message, new(kind, _id, sequence), hasTag: _key.Length != 0);
    }

    private async ValueTask<bool> TrySendAsync(byte[] message)
    {
        try
        {
            ValueTask<bool> sending = _transport.PublishAsync(message);
            return sending.IsCompleted ? await sending.ConfigureAwait(false) : await sending.AsTask().WaitAsync(s_sendDeadline, _time).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whatever a transport throws: others learn of it by the number that they miss, until it is repeated.
            return false;
        }
    }
}
