using Strata.Backplane;

namespace Strata.Tests.Backplane;

/// <summary>A transport that keeps what comes while it is cut off, and hands it on afterwards.</summary>
internal sealed class ReplayingTransport(IBackplaneTransport transport) : IBackplaneTransport, IBackplaneReceiver
{
    private readonly List<byte[]> _missed = [];
    private IBackplaneReceiver _receiver = null!;
    private bool _isCut;

    public string Name => "replaying";

    public ValueTask<bool> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => _isCut ? new(false) : transport.PublishAsync(message, cancellationToken);

    public IDisposable Subscribe(IBackplaneReceiver receiver)
    {
        _receiver = receiver;
        return transport.Subscribe(this);
    }

    public void Cut()
    {
        _isCut = true;
        _receiver.Interrupted();
    }

    public void Replay()
    {
        foreach (byte[] message in _missed)
            _receiver.Received(message);
        _isCut = false;
        _receiver.Resumed(isComplete: true);
    }

    public void Received(ReadOnlySpan<byte> message)
    {
        if (_isCut)
            _missed.Add(message.ToArray());
        else
            _receiver.Received(message);
    }

    public void Interrupted() => _receiver.Interrupted();

    public void Resumed(bool isComplete) => _receiver.Resumed(isComplete);
}
