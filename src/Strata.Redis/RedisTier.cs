using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Entries;
using Strata.Tiers;

namespace Strata.Redis;

/// <summary>
/// A tier in Redis: one server, a cluster, or a master that sentinels watch. An entry is a hash whose field <c>d</c> is the plain value, readable by whatever speaks Redis.
/// </summary>
/// <remarks>
/// <para><b>Newest wins.</b> A value that a load brought is kept only when it began after the last write, removal or invalidation that the server knows of; clocks of nodes may differ by any amount. Removals are remembered for
/// <see cref="RedisTierOptions.TombstoneLife"/>; older loads are not kept. What a server forgets (a restart without its data, a failover before replication, eviction) is not promised; loads that were under way then are not kept.</para>
/// <para><b>Outcomes.</b> A server that is away, slow, loading, read-only or full is <see cref="TierReadStatus.Faulted"/>, never an exception. Keys that hold what is not ours are misses, and stay as they are.</para>
/// <para>Needs Redis 5 or later, and leave to run scripts, <c>INFO</c> and <c>TIME</c>. Safe for any number of threads.</para>
/// </remarks>
public sealed partial class RedisTier : ICacheTier, IAsyncDisposable
{
    private readonly RedisTierOptions _options;
    private readonly RedisConnection _connection;
    private readonly KeySpace _keys;
    private readonly NodeClock _node;
    private readonly ServerClocks _clocks = new();
    private readonly long _tombstoneMs;

    private long _foreign;
    private long _failed;
    private long _superseded;
    private bool _isDisposed;

    private RedisTier(RedisTierOptions options, RedisConnection connection)
    {
        _options = options;
        _connection = connection;
        _keys = new KeySpace(options.KeyPrefix);
        _node = new NodeClock(options.TimeProvider, options.TombstoneLife);
        _tombstoneMs = (long)options.TombstoneLife.TotalMilliseconds;
        _fenceLook = new SharedCall<FenceView>(LookAtFenceAsync);
        _offers = new OfferQueue(values => OfferAsync(_connection.Link, values, WriteBatch.MaxKeys));
    }

    /// <inheritdoc/>
    public string Name => _options.Name;

    /// <inheritdoc/>
    public TierTraits Traits => TierTraits.Shared | TierTraits.Durable;

    /// <summary>What was counted so far.</summary>
    public RedisTierFaults Faults => new()
    {
        Foreign = Volatile.Read(ref _foreign),
        Failed = Volatile.Read(ref _failed),
        Superseded = Volatile.Read(ref _superseded),
        Failovers = _connection.Moves,
    };

    /// <summary>Connects and makes a tier.</summary>
    /// <param name="options">Where the server is, and how entries are kept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ArgumentException">
    /// An option is outside its bounds or contradicts another one, the configuration cannot be read, the server wants another password, or none answers and the configuration does not say <c>abortConnect=false</c>. The message names the
    /// option, never the password.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<RedisTier> ConnectAsync(RedisTierOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        RedisConnection connection = await RedisConnection.OpenAsync(options, cancellationToken).ConfigureAwait(false);
        var tier = new RedisTier(options, connection);
        // From here on loads are known to have begun after the server was met.
        await tier.ReadClockAsync(tier._keys.Fence, cancellationToken).ConfigureAwait(false);
        // This may be where the client completes its answers, and who connects may block: he goes on elsewhere.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return tier;
    }

    /// <summary>Ends the tier, and the connection if it is its own. What is under way may still happen.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private void ThrowIfNotReady(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        ThrowIfNotKey(key);
        ThrowIfNotReady(cancellationToken);
    }

    private void ThrowIfNotReady(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static void ThrowIfNotKey(ReadOnlyMemory<byte> key)
    {
        if (key.Length is 0 or > CacheKey.MaxBytes)
            throw new ArgumentException($"The key has {key.Length} bytes; a key has 1 to {CacheKey.MaxBytes} bytes.", nameof(key));
    }
}
