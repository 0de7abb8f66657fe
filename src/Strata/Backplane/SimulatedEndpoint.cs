namespace Strata.Backplane;

/// <summary>One node's transport over a <see cref="SimulatedBackplane"/>.</summary>
public sealed class SimulatedEndpoint : IBackplaneTransport
{
    private readonly SimulatedBackplane _backplane;
    private IBackplaneReceiver? _receiver;
    private bool _isDisconnected;

    internal SimulatedEndpoint(SimulatedBackplane backplane) => _backplane = backplane;

    /// <inheritdoc/>
    public string Name => "simulated";

    /// <summary>The side of a partition that the node is on. Messages that are published cross to no other, and nobody is told. Default 0.</summary>
    public int Side { get; set; }

    /// <summary>Messages that this node has published.</summary>
    public long Published { get; private set; }

    /// <inheritdoc/>
    public ValueTask<bool> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        if (_isDisconnected)
            return new(false);
        Published++;
        _backplane.Publish(this, message);
        return new(true);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There is a subscription already.</exception>
    public IDisposable Subscribe(IBackplaneReceiver receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        if (_receiver is not null)
            throw new InvalidOperationException("This endpoint has a receiver already; join the backplane once for each node.");
        _receiver = receiver;
        receiver.Resumed(isComplete: true);
        return new Subscription(this);
    }

    /// <summary>Cuts the node off, which is told. What is on the way to it is lost.</summary>
    public void Disconnect()
    {
        _isDisconnected = true;
        _receiver?.Interrupted();
    }

    /// <summary>Connects the node again, which is told that it may have missed messages.</summary>
    public void Reconnect()
    {
        _isDisconnected = false;
        _receiver?.Resumed(isComplete: false);
    }

    internal bool Deliver(byte[] message)
    {
        if (_isDisconnected || _receiver is not { } receiver)
            return false;
        receiver.Received(message);
        return true;
    }

    private sealed class Subscription(SimulatedEndpoint endpoint) : IDisposable
    {
        public void Dispose() => endpoint._receiver = null;
    }
}
