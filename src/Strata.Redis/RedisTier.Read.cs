using System.Buffers;
using StackExchange.Redis;
using Strata.Entries;
using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Entries;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>Reading.</content>
public sealed partial class RedisTier
{
    private static readonly RedisValue[] s_fields = ["m", "d"];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public async ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfNotReady(key, cancellationToken);
        byte[] entryKey = _keys.OfEntry(key.Span);
        RedisLink link = _connection.Link;
        try
        {
            int slot = link.SlotOf(entryKey);
            ServerMoment? moment = _clocks.Find(slot);
            Task<ServerMoment?>? clock = IsOld(moment) ? ReadClockAsync(entryKey, cancellationToken).AsTask() : null;
            RedisValue[] fields = await InTimeAsync(link.Database.HashGetAsync(entryKey, s_fields, CommandFlags.DemandMaster), cancellationToken).ConfigureAwait(false);
            if (clock is not null)
                moment = await clock.ConfigureAwait(false) ?? moment;
            return await AreTagsCurrentAsync(link, entryKey, fields, cancellationToken).ConfigureAwait(false)
                ? Deliver(fields[0], fields[1], moment, destination)
                : TierRead.Nothing(TierReadStatus.Miss);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            return TierRead.Nothing(ServerReply.IsWrongType(exception) ? TierReadStatus.Miss : TierReadStatus.Faulted);
        }
    }

    /// <summary>Asks for the tags of an entry, if it has any. One that was invalidated is removed meanwhile.</summary>
    private async ValueTask<bool> AreTagsCurrentAsync(RedisLink link, byte[] entryKey, RedisValue[] fields, CancellationToken cancellationToken)
    {
        byte[]? m = fields[0];
        Task<HashEntry[]>[] records = m is null ? [] : SendForTags(link, m);
        if (records.Length == 0)
            return true;
        await InTimeAsync(Task.WhenAll(records), cancellationToken).ConfigureAwait(false);
        bool areCurrent = AreTagsCurrent(m!, records);
        if (!areCurrent)
            Forget(Undo(link, entryKey, m!));
        return areCurrent;
    }

    /// <summary>Copies a value, if it is ours and lives.</summary>
    private TierRead Deliver(byte[]? m, byte[]? d, ServerMoment? moment, IBufferWriter<byte> destination)
    {
        if (m is null && d is null)
            return TierRead.Nothing(TierReadStatus.Miss);
        if (!EntryMeta.TryRead(m, out EntryMeta meta) || meta.IsRemoval == d is not null)
        {
            Interlocked.Increment(ref _foreign);
            return TierRead.Nothing(TierReadStatus.Miss);
        }

        if (meta.IsRemoval)
            return TierRead.Nothing(TierReadStatus.Miss);
        long freshMs = long.MaxValue;
        if (meta.FreshUntilMs > 0)
        {
            if (moment is null)
                return TierRead.Nothing(TierReadStatus.Faulted);
            freshMs = meta.FreshUntilMs - (moment.LatestUs(_node.Now) / 1_000 + 1);
            if (freshMs + meta.GraceMs <= 0)
                return TierRead.Nothing(TierReadStatus.Miss);
        }

        destination.Write(d);
        if (freshMs <= 0)
            return new TierRead(TierReadStatus.Stale, d!.Length, LeftOf(freshMs + meta.GraceMs));
        return TierRead.Hit(d!.Length, freshMs == long.MaxValue ? Timeout.InfiniteTimeSpan : LeftOf(freshMs));
    }

    private static TimeSpan LeftOf(long ms) => TimeSpan.FromMilliseconds(Math.Min(ms, (long)EntryOptions.MaxTtl.TotalMilliseconds));
}
