using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>The way to the server: the caller's multiplexer, or one of ours.</summary>
internal class RedisConnection(RedisLink link, bool isOurs) : IAsyncDisposable
{
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromSeconds(1);

    private RedisLink _link = link;
    private bool _isAsking;

    /// <summary>The link to use for the next command.</summary>
    public RedisLink Link => Volatile.Read(ref _link);

    /// <summary>How often another master took the place of the former.</summary>
    public virtual long Moves => 0;

    /// <exception cref="ArgumentException">The configuration cannot be read, the server does not let us in, or there is none.</exception>
    public static async Task<RedisConnection> OpenAsync(RedisTierOptions options, CancellationToken cancellationToken)
    {
        if (options.Multiplexer is { } given)
            return new RedisConnection(new RedisLink(given, options.Database), isOurs: false);
        ConfigurationOptions configuration = RedisConfiguration.Parse(options);
        if (options.SentinelService is not null)
            return await SentinelConnection.OpenAsync(options, configuration, cancellationToken).ConfigureAwait(false);
        ConnectionMultiplexer multiplexer = await RedisConfiguration.ConnectAsync(configuration, cancellationToken).ConfigureAwait(false);
        return new RedisConnection(new RedisLink(multiplexer, options.Database), isOurs: true);
    }

    /// <summary>Has somebody look where the masters are now, because a command failed. Returns at once; what is asked within a second of the last time is not asked again.</summary>
    public virtual void Ask()
    {
        if (!Interlocked.Exchange(ref _isAsking, true))
            _ = AskAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (isOurs)
            await Link.Multiplexer.CloseAsync(false).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Has the client look at the servers' roles and slots: it does not do so by itself when a server is gone.</summary>
    private async Task AskAsync()
    {
        try
        {
            await Link.Multiplexer.ConfigureAsync(null).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServerReply.IsFailure(exception))
        {
            // The next failure asks again.
        }

        await Task.Delay(s_leastInterval).ConfigureAwait(false);
        Volatile.Write(ref _isAsking, false);
    }

    /// <returns>The former link.</returns>
    protected RedisLink Exchange(RedisLink link) => Interlocked.Exchange(ref _link, link);
}
