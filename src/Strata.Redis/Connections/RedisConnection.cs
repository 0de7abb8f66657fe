using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>The way to the server: the caller's multiplexer, or one of ours.</summary>
internal class RedisConnection(RedisLink link, bool isOurs) : IAsyncDisposable
{
    private volatile RedisLink _link = link;

    /// <summary>The link to use for the next command.</summary>
    public RedisLink Link => _link;

    public static async Task<RedisConnection> OpenAsync(RedisTierOptions options, CancellationToken cancellationToken)
    {
        if (options.Multiplexer is { } given)
            return new RedisConnection(new RedisLink(given, options.Database), isOurs: false);
        ConfigurationOptions configuration = RedisConfiguration.Parse(options);
        ConnectionMultiplexer multiplexer = await RedisConfiguration.ConnectAsync(configuration, cancellationToken).ConfigureAwait(false);
        return new RedisConnection(new RedisLink(multiplexer, options.Database), isOurs: true);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (isOurs)
            await _link.Multiplexer.CloseAsync(true).ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
