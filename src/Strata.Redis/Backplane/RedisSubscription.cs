using StackExchange.Redis;
using Strata.Backplane;
using Strata.Redis.Connections;

namespace Strata.Redis.Backplane;

/// <summary>One node's ear at a Redis channel: a loop that sees to it that messages arrive, woken by what happens to the connection, and by itself.</summary>
internal abstract class RedisSubscription(RedisConnection connection, RedisChannel channel, IBackplaneReceiver receiver) : IDisposable
{
    /// <summary>How often it looks while nothing wakes it.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    /// <summary>How long the server may take to answer, before it is asked anew.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly byte[] _probe = [.. ProbeMark, .. Guid.NewGuid().ToByteArray()];
    private readonly SemaphoreSlim _bell = new(0);
    private RedisLink? _link;
    private TaskCompletionSource? _echo;
    private bool _isOn;
    private bool _hasLost;
    private int _failures;
    private volatile bool _isDisposed;

    /// <summary>What a message begins with that is for the sender's subscription alone.</summary>
    private static ReadOnlySpan<byte> ProbeMark => "probe:"u8;

    protected IBackplaneReceiver Receiver => receiver;

    public void Begin() => _ = Task.Run(RunAsync);

    public void Dispose()
    {
        _isDisposed = true;
        Ring();
    }

    /// <summary>A message has come over the channel.</summary>
    protected abstract void Hear(byte[] message);

    /// <summary>Makes delivery certain, once the channel is subscribed; or, when it is, sees to what has come.</summary>
    /// <param name="link">The connection.</param>
    /// <param name="isOn">Whether it was certain until now.</param>
    /// <returns>Whether nothing was lost since it was certain the last time.</returns>
    protected abstract ValueTask<bool> AttendAsync(RedisLink link, bool isOn);

    /// <summary>Wakes the loop.</summary>
    protected void Ring()
    {
        if (_bell.CurrentCount == 0)
            _bell.Release();
    }

    private async Task RunAsync()
    {
        while (!_isDisposed)
        {
            try
            {
                await StepAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (ServerReply.IsFailure(exception))
            {
                Interrupt();
                connection.Ask();
            }

            await _bell.WaitAsync(s_pause).ConfigureAwait(false);
        }

        if (_link is not null)
            await LeaveAsync(_link).ConfigureAwait(false);
    }

    private async Task StepAsync()
    {
        RedisLink link = connection.Link;
        if (link != _link)
        {
            Interrupt();
            if (_link is { } former)
                await LeaveAsync(former).ConfigureAwait(false);
            _link = link;
            link.Multiplexer.ConnectionFailed += OnFailed;
            link.Multiplexer.ConnectionRestored += OnRestored;
            link.Multiplexer.ConfigurationChanged += OnMoved;
        }

        int failures = Volatile.Read(ref _failures);
        bool wasOn = Volatile.Read(ref _isOn);
        if (!wasOn)
            await SubscribeAsync(link).ConfigureAwait(false);
        _hasLost |= !await AttendAsync(link, wasOn).ConfigureAwait(false);

        // What failed meanwhile may have taken the subscription with it: the next step makes it anew, and tells what was lost until then.
        if (Volatile.Read(ref _failures) != failures || (wasOn && !_hasLost))
            return;
        Volatile.Write(ref _isOn, true);
        receiver.Resumed(isComplete: !_hasLost);
        _hasLost = false;
    }

    /// <summary>Subscribes anew, and sends itself a message: when that comes back, the server delivers, whatever the client believes.</summary>
    private async ValueTask SubscribeAsync(RedisLink link)
    {
        ISubscriber subscriber = link.Multiplexer.GetSubscriber(null);
        await subscriber.UnsubscribeAsync(channel, OnMessage, CommandFlags.None).WaitAsync(s_patience).ConfigureAwait(false);
        await subscriber.SubscribeAsync(channel, OnMessage, CommandFlags.None).WaitAsync(s_patience).ConfigureAwait(false);
        var echo = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _echo, echo);
        await subscriber.PublishAsync(channel, _probe, CommandFlags.DemandMaster).WaitAsync(s_patience).ConfigureAwait(false);
        await echo.Task.WaitAsync(s_patience).ConfigureAwait(false);
    }

    private async ValueTask LeaveAsync(RedisLink link)
    {
        link.Multiplexer.ConnectionFailed -= OnFailed;
        link.Multiplexer.ConnectionRestored -= OnRestored;
        link.Multiplexer.ConfigurationChanged -= OnMoved;
        try
        {
            await link.Multiplexer.GetSubscriber(null).UnsubscribeAsync(channel, OnMessage, CommandFlags.FireAndForget).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServerReply.IsFailure(exception))
        {
            // It went with the connection.
        }
    }

    private void Interrupt()
    {
        Interlocked.Increment(ref _failures);
        if (Interlocked.Exchange(ref _isOn, false))
            receiver.Interrupted();
    }

    private void OnMessage(RedisChannel from, RedisValue message)
    {
        if (_isDisposed)
            return;
        byte[] bytes = (byte[]?)message ?? [];
        if (!bytes.AsSpan().StartsWith(ProbeMark))
            Hear(bytes);
        else if (bytes.AsSpan().SequenceEqual(_probe))
            Volatile.Read(ref _echo)?.TrySetResult();
    }

    private void OnFailed(object? sender, ConnectionFailedEventArgs failure)
    {
        if (failure.ConnectionType != ConnectionType.Subscription)
            return;
        Interrupt();
        Ring();
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs restored) => Ring();

    /// <summary>Another server may be in charge, with other messages.</summary>
    private void OnMoved(object? sender, EndPointEventArgs endPoint)
    {
        Interrupt();
        Ring();
    }
}
