using StackExchange.Redis;
using Strata.Backplane;
using Strata.Redis.Connections;

namespace Strata.Redis.Backplane;

/// <summary>Carries the messages of a cache's nodes over a Redis channel, or over a stream that remembers them.</summary>
/// <remarks>
/// <para>While the server cannot be reached, nodes serve what they have. Over a channel they drop it all when the connection is back; in durable mode they read what they missed, and drop all only if the stream does not have it any more.</para>
/// <para>Safe for any number of threads. Several caches of one process may use one, each as a node of its own.</para>
/// </remarks>
public sealed class RedisBackplane : IBackplaneTransport, IAsyncDisposable
{
    private readonly RedisConnection _connection;
    private readonly RedisBackplaneOptions _options;
    private readonly RedisChannel _channel;

    private RedisBackplane(RedisConnection connection, RedisBackplaneOptions options)
    {
        _connection = connection;
        _options = options;
        _channel = new RedisChannel(options.Channel, RedisChannel.PatternMode.Literal);
    }

    /// <inheritdoc/>
    public string Name => _options.IsDurable ? "redis stream" : "redis";

    /// <summary>Connects to the server.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <exception cref="ArgumentException">An option is outside its bounds, or no server answers to it, as for <see cref="RedisTier.ConnectAsync"/>.</exception>
    public static async Task<RedisBackplane> ConnectAsync(RedisBackplaneOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        RedisTierOptions connection = options.ToConnection();
        connection.ThrowIfInvalid();
        RedisConnection opened = await RedisConnection.OpenAsync(connection, cancellationToken).ConfigureAwait(false);
        // This may be where the client completes its answers, and who connects may block: he goes on elsewhere.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return new RedisBackplane(opened, options);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> PublishAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        try
        {
            await SendAsync(_connection.Link, message.ToArray()).WaitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (ServerReply.IsFailure(exception) && !cancellationToken.IsCancellationRequested)
        {
            _connection.Ask();
            return false;
        }
    }

    /// <inheritdoc/>
    public IDisposable Subscribe(IBackplaneReceiver receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        RedisSubscription subscription = _options.IsDurable ? new StreamSubscription(_connection, _options, _channel, receiver) : new ChannelSubscription(_connection, _channel, receiver);
        subscription.Begin();
        return subscription;
    }

    /// <summary>Ends the connection, if it is the backplane's own. Dispose the caches before.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task SendAsync(RedisLink link, byte[] message)
    {
        ISubscriber subscriber = link.Multiplexer.GetSubscriber(null);
        if (!_options.IsDurable)
        {
            await subscriber.PublishAsync(_channel, message, CommandFlags.DemandMaster).ConfigureAwait(false);
            return;
        }

        // The bell after the message: who hears it finds the message. Who does not hear it looks by and by. Without slots both go over one connection, one after the other.
        Task adding = RedisStream.AddAsync(link, _options, RedisStream.MessageField, message);
        if (link.IsCluster)
            await adding.ConfigureAwait(false);
        Task ringing = subscriber.PublishAsync(_channel, RedisValue.EmptyString, CommandFlags.FireAndForget | CommandFlags.DemandMaster);
        await Task.WhenAll(adding, ringing).ConfigureAwait(false);
    }
}
