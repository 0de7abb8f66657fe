using StackExchange.Redis;
using Strata.Redis.Connections;
using Strata.Redis.Entries;
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
            Task<RedisResult> removal = SendRemoval(_connection.Link, key);
            await SettleAsync([removal], cancellationToken).ConfigureAwait(false);
            return RemovalOf(removal);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            return TierWriteStatus.Faulted;
        }
    }

    private Task<RedisResult> SendRemoval(RedisLink link, ReadOnlyMemory<byte> key) =>
        TierScripts.Remove.CallAsync(link.Database, _keys.OfEntry(key.Span), [_tombstoneMs + TombstoneMarginMs]);

    /// <summary>Removes the writing of an entry that was read, and nothing newer.</summary>
    private Task<RedisResult> Undo(RedisLink link, byte[] entryKey, byte[] m) => Undo(link, entryKey, EntryMeta.TryRead(m, out EntryMeta meta) ? meta.Stamp : 0);

    private Task<RedisResult> Undo(RedisLink link, byte[] entryKey, long stampUs) =>
        TierScripts.Undo.CallAsync(link.Database, entryKey, [stampUs, _tombstoneMs + TombstoneMarginMs]);

    private TierWriteStatus RemovalOf(Task<RedisResult> removal)
    {
        TierWriteStatus status = StatusOf(removal, TierWriteStatus.NotFound);
        // What is not ours is no entry, and stays.
        return status == TierWriteStatus.Refused ? TierWriteStatus.NotFound : status;
    }
}
