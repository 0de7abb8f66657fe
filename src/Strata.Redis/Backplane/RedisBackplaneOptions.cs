using StackExchange.Redis;

namespace Strata.Redis.Backplane;

/// <summary>Where a <see cref="RedisBackplane"/> finds its server, and what it is called there. Give either <see cref="Configuration"/> or <see cref="Multiplexer"/>.</summary>
/// <remarks>Immutable. It does not print its members, since <see cref="Configuration"/> may hold a password.</remarks>
public sealed class RedisBackplaneOptions
{
    /// <summary>The longest <see cref="Channel"/>, in bytes.</summary>
    public const int MaxChannelBytes = 128;

    /// <summary>As <see cref="RedisTierOptions.Configuration"/>; the connection is the backplane's own. Default <c>null</c>.</summary>
    public string? Configuration { get; init; }

    /// <summary>A connection of the caller's, which stays the caller's to dispose; the tier's may be the same. Default <c>null</c>.</summary>
    public IConnectionMultiplexer? Multiplexer { get; init; }

    /// <summary>As <see cref="RedisTierOptions.SentinelService"/>. Default <c>null</c>: there are no sentinels.</summary>
    public string? SentinelService { get; init; }

    /// <summary>The channel, the same for all nodes of a cache and another for each cache; in durable mode also the key of the stream. 1 to <see cref="MaxChannelBytes"/> printable ASCII characters. Default <c>strata:backplane</c>.</summary>
    public string Channel { get; init; } = "strata:backplane";

    /// <summary>
    /// Whether messages are kept in a stream, from which a node that was cut off reads what it missed, rather than to treat all it has as invalidated. All nodes must have it the same. Costs about twice the time on the way. Needs Redis 5 or later.
    /// Default <c>false</c>.
    /// </summary>
    public bool IsDurable { get; init; }

    /// <summary>About how many messages the stream keeps, announcements among them: one a second for each node. 1,000 to 100 million. Default 100,000.</summary>
    public int StreamLength { get; init; } = 100_000;

    internal void ThrowIfInvalid()
    {
        ArgumentNullException.ThrowIfNull(Channel);
        if (Channel.Length is 0 or > MaxChannelBytes)
            throw new ArgumentException($"{nameof(Channel)} has {Channel.Length} characters; it has 1 to {MaxChannelBytes}.");
        if (Channel.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException($"{nameof(Channel)} has a character that is not printable ASCII.");
        if (StreamLength is < 1000 or > 100_000_000)
            throw new ArgumentOutOfRangeException(nameof(StreamLength), StreamLength, $"{nameof(StreamLength)} is {StreamLength}; it must be 1000 to 100000000.");
    }

    internal RedisTierOptions ToConnection() => new() { Configuration = Configuration, Multiplexer = Multiplexer, SentinelService = SentinelService };
}
