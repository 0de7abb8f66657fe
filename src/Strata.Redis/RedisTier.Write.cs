using System.Buffers;
using StackExchange.Redis;
using Strata.Entries;
using Strata.Redis.Entries;
using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Scripts;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>Writing.</content>
public sealed partial class RedisTier
{
    private static readonly byte[] s_noTags = [0];

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public async ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ThrowIfNotReady(key, cancellationToken);
        if (value.Length > _options.MaxValueBytes)
            return await RefuseAsync(key, cancellationToken).ConfigureAwait(false);
        try
        {
            return await SetAsync(_connection.Link, _keys.OfEntry(key.Span), value, options, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            return ServerReply.IsWrongType(exception) ? TierWriteStatus.Refused : TierWriteStatus.Faulted;
        }
    }

    private async ValueTask<TierWriteStatus> SetAsync(RedisLink link, byte[] entryKey, ReadOnlySequence<byte> sequence, EntryOptions options, CancellationToken cancellationToken)
    {
        // The caller's buffer is ours only until the first wait.
        byte[] bytes = sequence.ToArray();
        long? start = null;
        if (options.Timestamp != 0)
        {
            if (!_node.TryGetStart(options.Timestamp, out long begun))
                return await GiveUpAsync(link, entryKey, long.MaxValue, cancellationToken).ConfigureAwait(false);
            start = begun;
        }

        (long ttlMs, long graceMs) = LifeOf(options);
        byte[]? tags = s_noTags;
        if (!options.Tags.IsEmpty)
            tags = await JoinTagsAsync(link, options.Tags, ttlMs == 0 ? 0 : ttlMs + graceMs, start, cancellationToken).ConfigureAwait(false);
        if (tags is null)
            return await GiveUpAsync(link, entryKey, long.MaxValue, cancellationToken).ConfigureAwait(false);
        if (await ClockOfAsync(link.SlotOf(entryKey), entryKey, cancellationToken).ConfigureAwait(false) is not { } moment)
            return TierWriteStatus.Faulted;
        byte[] rest = EntryMeta.Rest(ttlMs, graceMs, tags);
        if (start is { } loaded)
        {
            var value = new LoadedValue(entryKey, bytes, rest, loaded);
            await (link.IsCluster ? KeepAsync(link, [value], moment) : _offers.OfferAsync(value)).WaitAsync(cancellationToken).ConfigureAwait(false);
            return value.Status ?? TierWriteStatus.Faulted;
        }

        var batch = new WriteBatch(moment, 1);
        batch.Add(0, entryKey, bytes, rest);
        int status = await SendAsync(link, batch, cancellationToken).ConfigureAwait(false);
        // By another clock than the server's now: it was set, or the key has moved.
        if (status == TierScripts.Stranger && await ReadClockAsync(entryKey, cancellationToken).ConfigureAwait(false) is { } newer)
        {
            batch.Moment = newer;
            status = await SendAsync(link, batch, cancellationToken).ConfigureAwait(false);
        }

        return StatusOf(status);
    }

    /// <returns>The first entry's status.</returns>
    private async ValueTask<int> SendAsync(RedisLink link, WriteBatch batch, CancellationToken cancellationToken)
    {
        var reply = (RedisResult[])await InTimeAsync(batch.Send(link.Database, UntilUs(batch.Moment)), cancellationToken).ConfigureAwait(false);
        return (int)reply[0];
    }

    /// <summary>Until when a write sent now may happen: later nobody waits for it, and a newer one may have come before it by another connection.</summary>
    private long UntilUs(ServerMoment moment) => moment.EarliestUs(_node.Now) + (long)_options.OperationTimeout.TotalMicroseconds;

    /// <summary>Time to live, 0 for ever, and stale grace.</summary>
    private (long TtlMs, long GraceMs) LifeOf(in EntryOptions options)
    {
        TimeSpan? ttl = options.Ttl ?? options.Policy?.Ttl ?? _options.DefaultTtl;
        // What does not expire has no grace.
        return ttl is { } given && given != Timeout.InfiniteTimeSpan ? (ToMs(given), ToMs(options.Policy?.StaleGrace ?? TimeSpan.Zero)) : (0, 0);
    }

    private async ValueTask<TierWriteStatus> RefuseAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        // A refused write leaves no value behind that the writer meant to replace.
        TierWriteStatus removed = await RemoveAsync(key, cancellationToken).ConfigureAwait(false);
        return removed is TierWriteStatus.Done or TierWriteStatus.NotFound ? TierWriteStatus.Refused : removed;
    }

    private TierWriteStatus StatusOf(int status)
    {
        if (status == TierScripts.Foreign)
            Interlocked.Increment(ref _foreign);
        return status switch
        {
            TierScripts.Done => TierWriteStatus.Done,
            TierScripts.NotFound => TierWriteStatus.NotFound,
            TierScripts.Foreign or TierScripts.NoRoom => TierWriteStatus.Refused,
            _ => TierWriteStatus.Faulted,
        };
    }

    private TierWriteStatus Superseded()
    {
        Interlocked.Increment(ref _superseded);
        return TierWriteStatus.Superseded;
    }

    private static long ToMs(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);
}
