using System.Collections.Immutable;

namespace Strata.Backplane;

/// <summary>Joins several caches of one process: what one publishes reaches all at once, on the publisher's thread of the pool. Loses nothing.</summary>
public sealed class InProcessBackplane : IBackplaneTransport
{
    private ImmutableArray<Subscription> _subscriptions = [];

    /// <inheritdoc/>
    public string Name => "in-process";

    /// <inheritdoc/>
    public ValueTask<bool> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        if (message.Length > BackplaneOptions.MaxMessageBytes)
            throw new ArgumentException($"The message has {message.Length} bytes; a message has up to {BackplaneOptions.MaxMessageBytes}.", nameof(message));
        foreach (Subscription subscription in _subscriptions)
            subscription.Receiver.Received(message.Span);
        return new(true);
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(IBackplaneReceiver receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        var subscription = new Subscription(this, receiver);
        ImmutableInterlocked.Update(ref _subscriptions, static (all, one) => all.Add(one), subscription);
        receiver.Resumed(isComplete: true);
        return subscription;
    }

    private sealed class Subscription(InProcessBackplane backplane, IBackplaneReceiver receiver) : IDisposable
    {
        public IBackplaneReceiver Receiver => receiver;

        public void Dispose() => ImmutableInterlocked.Update(ref backplane._subscriptions, static (all, one) => all.Remove(one), this);
    }
}
