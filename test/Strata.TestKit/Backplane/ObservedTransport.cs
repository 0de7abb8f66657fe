using Strata.Backplane;

namespace Strata.TestKit.Backplane;

/// <summary>The transport of a simulated node, which sees what passes.</summary>
internal sealed class ObservedTransport(SimulatedEndpoint endpoint, SimulatedNode node) : IBackplaneTransport
{
    public string Name => endpoint.Name;

    public ValueTask<bool> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        node.Published(message.Span);
        return endpoint.PublishAsync(message, cancellationToken);
    }

    public IDisposable Subscribe(IBackplaneReceiver receiver) => endpoint.Subscribe(new Receiver(receiver, node));

    private sealed class Receiver(IBackplaneReceiver receiver, SimulatedNode node) : IBackplaneReceiver
    {
        public void Received(ReadOnlySpan<byte> message)
        {
            receiver.Received(message);
            node.Delivered(message);
        }

        public void Interrupted() => receiver.Interrupted();

        public void Resumed(bool isComplete) => receiver.Resumed(isComplete);
    }
}
