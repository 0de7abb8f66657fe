using System.Security.Cryptography;

namespace Strata.Backplane;

/// <summary>One cache's place on the backplane: it publishes what the cache changes, and applies what others have changed. Page: <c>DESIGN.md</c>.</summary>
internal sealed partial class BackplaneNode : IBackplaneReceiver, IThreadPoolWorkItem, IDisposable
{
    /// <summary>A node that was not heard of for so many intervals is forgotten.</summary>
    private const int SilentIntervals = 10;

    private readonly Lock _gate = new();
    private readonly BackplaneOptions _options;
    private readonly IBackplaneTransport _transport;
    private readonly IBackplaneTarget _target;
    private readonly TimeProvider _time;
    private readonly byte[] _key;
    private readonly UInt128 _id;
    private readonly long _silenceTicks;
    private readonly Peers _peers = new();
    private readonly Outbox _outbox;
    private ITimer? _timer;
    private IDisposable? _subscription;
    private bool _isDisposed;

    public BackplaneNode(BackplaneOptions options, IBackplaneTarget target, TimeProvider time)
    {
        _options = options;
        _transport = options.Transport!;
        _target = target;
        _time = time;
        _key = options.AuthenticationKey.ToArray();
        _id = options.NodeId ?? NewId();
        _silenceTicks = (long)(options.AnnounceInterval.TotalSeconds * SilentIntervals * time.TimestampFrequency);
        _outbox = new Outbox(options.MaxQueuedBytes);
    }

    /// <summary>Takes part from now on. The node says that it is there at once, so that others need not wait for it to be met.</summary>
    public void Begin()
    {
        _subscription = _transport.Subscribe(this);
        _timer = _time.CreateTimer(static node => ((BackplaneNode)node!).Tick(), this, _options.AnnounceInterval, _options.AnnounceInterval);
        Announce();
    }

    public BackplaneStatistics GetStatistics()
    {
        lock (_gate)
        {
            return new BackplaneStatistics
            {
                IsConnected = _isConnected,
                Published = _sequence - (_unsent is null ? 0 : 1),
                PublishedChanges = _publishedChanges,
                PublishFailures = _publishFailures,
                Overflows = _overflows,
                QueuedBytes = _outbox.Bytes + (_unsent?.Length ?? 0),
                Received = _received,
                ReceivedChanges = _receivedChanges,
                Duplicates = _duplicates,
                Rejected = _rejected,
                Gaps = _gaps,
                Suspicions = _suspicions,
                Nodes = _peers.Count,
                Lag = _lag,
            };
        }
    }

    /// <summary>Takes no more part. What waits is still sent, if the transport takes it at once.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        _timer?.Dispose();
        _subscription?.Dispose();
    }

    private void Tick()
    {
        lock (_gate)
        {
            // Who cannot be heard is not silent.
            if (_isConnected)
                _peers.Forget(_time.GetTimestamp() - _silenceTicks);
        }

        Announce();
    }

    private static UInt128 NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }
}
