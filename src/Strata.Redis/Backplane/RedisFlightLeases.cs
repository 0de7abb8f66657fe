using System.Buffers.Binary;
using StackExchange.Redis;
using Strata.Flights;
using Strata.Redis.Connections;
using Strata.Redis.Scripts;

namespace Strata.Redis.Backplane;

/// <summary>Leases kept by a Redis server: a key each, that ends by itself.</summary>
/// <remarks>The single-instance lock of the Redis documentation: <c>SET key token NX PX time</c>, and a script that removes the key only if it has the token. After a failover two nodes may hold one lease, and both load.</remarks>
public sealed class RedisFlightLeases : IFlightLeases
{
    /// <summary>What keys of leases begin with when nothing else is said.</summary>
    public const string DefaultPrefix = "strata-lease";

    private const string ReleaseText = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    /// <summary>A server that takes longer is no help to a load.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private static readonly RedisScript s_release = new(ReleaseText);

    private readonly IDatabase _database;
    private readonly byte[] _prefix;

    /// <summary>Makes them over a connection of the caller's, which stays the caller's.</summary>
    /// <param name="multiplexer">The connection; the tier's may be the same.</param>
    /// <param name="prefix">What keys of leases begin with, <c>prefix/key</c>: no tier must have it, and each cache its own. 1 to <see cref="RedisTierOptions.MaxPrefixBytes"/> printable ASCII characters.</param>
    /// <exception cref="ArgumentException">The prefix is empty, too long or not printable.</exception>
    public RedisFlightLeases(IConnectionMultiplexer multiplexer, string prefix = DefaultPrefix)
    {
        ArgumentNullException.ThrowIfNull(multiplexer);
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length is 0 or > RedisTierOptions.MaxPrefixBytes || prefix.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException($"{nameof(prefix)} has {prefix.Length} characters; it has 1 to {RedisTierOptions.MaxPrefixBytes}, all printable ASCII.", nameof(prefix));
        _database = new RedisLink(multiplexer, -1).Database;
        _prefix = System.Text.Encoding.ASCII.GetBytes(prefix + "/");
    }

    /// <inheritdoc/>
    public async ValueTask<LeaseStatus> TryAcquireAsync(ReadOnlyMemory<byte> key, UInt128 token, TimeSpan time, CancellationToken cancellationToken = default)
    {
        try
        {
            Task<bool> asking = _database.StringSetAsync(KeyOf(key), BytesOf(token), time, When.NotExists, CommandFlags.DemandMaster);
            await ServerReply.EndOfAsync(asking, s_patience, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return !asking.IsCompletedSuccessfully ? LeaseStatus.Faulted : asking.Result ? LeaseStatus.Acquired : LeaseStatus.Held;
        }
        catch (Exception exception) when (ServerReply.IsFailure(exception) && !cancellationToken.IsCancellationRequested)
        {
            return LeaseStatus.Faulted;
        }
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync(ReadOnlyMemory<byte> key, UInt128 token)
    {
        try
        {
            await ServerReply.EndOfAsync(s_release.CallAsync(_database, KeyOf(key), [BytesOf(token)]), s_patience, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (ServerReply.IsFailure(exception))
        {
            // It ends by itself.
        }
    }

    private byte[] KeyOf(ReadOnlyMemory<byte> key) => [.. _prefix, .. key.Span];

    private static byte[] BytesOf(UInt128 token)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, token);
        return bytes;
    }
}
