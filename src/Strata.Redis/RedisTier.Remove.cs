using StackExchange.Redis;
using Strata.Redis.Connections;
using Strata.Redis.Scripts;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>Removing.</content>
public sealed partial class RedisTier
{
    /// <summary>A removal is remembered a little longer than loads are taken, since servers end keys by a clock that may be some milliseconds old.</summary>
    private const int TombstoneMarginMs = 1_000;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public async ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        ThrowIfNotReady(key, cancellationToken);
        try
        {
            return RemovalOf(await InTimeAsync(SendRemoval(_connection.Link, key), cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            return ServerReply.IsWrongType(exception) ? TierWriteStatus.NotFound : TierWriteStatus.Faulted;
        }
    }

    private Task<RedisResult> SendRemoval(RedisLink link, ReadOnlyMemory<byte> key) =>
        TierScripts.Remove.CallAsync(link.Database, _keys.OfEntry(key.Span), [_tombstoneMs + TombstoneMarginMs]);

    private TierWriteStatus RemovalOf(RedisResult reply)
    {
        TierWriteStatus status = StatusOf((int)reply);
        // What is not ours is no entry, and stays.
        return status == TierWriteStatus.Refused ? TierWriteStatus.NotFound : status;
    }
}
