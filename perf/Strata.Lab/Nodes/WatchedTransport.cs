using System.Diagnostics;
using System.Globalization;
using System.Text;
using Strata.Backplane;

namespace Strata.Lab.Nodes;

/// <summary>Looks at what a node receives: how old each message is whose key tells when its removal began, and what is to be counted when the node is connected again.</summary>
internal sealed class WatchedTransport(IBackplaneTransport transport) : IBackplaneTransport, IBackplaneReceiver
{
    private readonly Lock _gate = new();
    private IBackplaneReceiver _receiver = null!;

    /// <summary>The key of a removal that began at a timestamp of <see cref="Stopwatch"/>, which all processes of a machine share.</summary>
    public static string KeyOf(long timestamp) => string.Create(CultureInfo.InvariantCulture, $"lag:{timestamp:D19}");

    /// <summary>The times from the call of a removal in the other process to its end here, in milliseconds.</summary>
    public List<double> LagsMs { get; } = [];

    /// <summary>Called when the node has been told that it is connected again, and before anybody else learns it.</summary>
    public Action? Resuming { get; set; }

    public int Resumptions { get; private set; }

    public string Name => transport.Name;

    public ValueTask<bool> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => transport.PublishAsync(message, cancellationToken);

    public IDisposable Subscribe(IBackplaneReceiver receiver)
    {
        _receiver = receiver;
        return transport.Subscribe(this);
    }

    public void Received(ReadOnlySpan<byte> message)
    {
        _receiver.Received(message);
        long now = Stopwatch.GetTimestamp();
        for (int at; (at = message.IndexOf("lag:"u8)) >= 0; message = message[(at + 23)..])
        {
            long then = long.Parse(Encoding.ASCII.GetString(message.Slice(at + 4, 19)), CultureInfo.InvariantCulture);
            lock (_gate)
                LagsMs.Add(Stopwatch.GetElapsedTime(then, now).TotalMilliseconds);
        }
    }

    public void Interrupted() => _receiver.Interrupted();

    public void Resumed(bool isComplete)
    {
        _receiver.Resumed(isComplete);
        Resuming?.Invoke();
        Resumptions++;
    }

    /// <summary>Takes the lags and begins anew.</summary>
    public double[] TakeLags()
    {
        lock (_gate)
        {
            double[] taken = [.. LagsMs];
            LagsMs.Clear();
            return taken;
        }
    }
}
