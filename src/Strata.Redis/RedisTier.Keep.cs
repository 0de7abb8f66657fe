using StackExchange.Redis;
using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Scripts;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>Writing what loads brought.</content>
public sealed partial class RedisTier
{
    /// <summary>How often a loaded value is offered, when another server answers than was asked or a better reading of its clock shows the value to be newer.</summary>
    private const int MaxOffers = 3;

    /// <summary>Loaded values to be taken back because nobody knows whether they came too late; while there are so many, no more are offered.</summary>
    private const int MaxUndoing = 1_024;

    private static readonly TimeSpan s_leastUndoInterval = TimeSpan.FromSeconds(1);

    private int _undoing;

    /// <summary>Offers a loaded value until the server takes it or knows better. Goes on when its caller waits no more: what was kept must be held against the fence.</summary>
    private async Task<TierWriteStatus> KeepAsync(RedisLink link, byte[] entryKey, RedisValue[] arguments, long start, ServerMoment moment)
    {
        if (Volatile.Read(ref _undoing) >= MaxUndoing)
            return TierWriteStatus.Faulted;
        int slot = link.SlotOf(entryKey);
        for (int offer = 0; offer < MaxOffers; offer++)
        {
            if (start < moment.Since)
                break;
            long asOfUs = moment.EarliestUs(start);
            long sentAt = _node.Now;
            RedisValue[] offered = [asOfUs, moment.Server, moment.EarliestUs(sentAt), _tombstoneMs * 1_000, UntilUs(moment), .. arguments];
            try
            {
                var reply = (RedisResult[])await InTimeAsync(TierScripts.Keep.CallAsync(link.Database, entryKey, offered), CancellationToken.None).ConfigureAwait(false);
                moment = Observe(slot, reply, 1, sentAt);
                int status = (int)reply[0];
                if (status == TierScripts.Done && await IsFencedAsync(link, entryKey, start).ConfigureAwait(false))
                {
                    await InTimeAsync(Undo(link, entryKey, asOfUs), CancellationToken.None).ConfigureAwait(false);
                    return Superseded();
                }

                if (status is not (TierScripts.Superseded or TierScripts.Stranger))
                    return StatusOf(status);
                // A newer reading may be a closer one.
                if (status == TierScripts.Superseded && moment.EarliestUs(start) <= Math.Max(asOfUs, (long)reply[3]))
                {
                    if ((long)reply[3] >= asOfUs)
                        return Superseded();
                    break;
                }
            }
            catch (Exception exception) when (ServerReply.IsFailure(exception) && !ServerReply.IsWrongType(exception))
            {
                _ = UndoAsync(entryKey, asOfUs);
                throw;
            }
        }

        return await GiveUpAsync(link, entryKey, moment.EarliestUs(start), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Nobody can tell that nothing newer than a value was lost: it is from before a restart, or too long ago. It is not kept, and neither is what it was to replace: an entry that is older by its stamp.</summary>
    private async ValueTask<TierWriteStatus> GiveUpAsync(RedisLink link, byte[] entryKey, long asOfUs, CancellationToken cancellationToken)
    {
        Task<RedisResult> removal = TierScripts.Yield.CallAsync(link.Database, entryKey, [asOfUs, _tombstoneMs + TombstoneMarginMs]);
        await SettleAsync([removal], cancellationToken).ConfigureAwait(false);
        TierWriteStatus removed = RemovalOf(removal);
        return removed is TierWriteStatus.Done or TierWriteStatus.NotFound ? Superseded() : removed;
    }

    /// <summary>Takes back a loaded value of which nobody knows whether it was kept, or whether it was removed by key since its load began: asks until the server answers, for as long as removals are remembered.</summary>
    private async Task UndoAsync(byte[] entryKey, long stampUs)
    {
        Interlocked.Increment(ref _undoing);
        TimeSpan interval = _options.OperationTimeout > s_leastUndoInterval ? _options.OperationTimeout : s_leastUndoInterval;
        for (long endsAt = _node.Now + _options.TombstoneLife.Ticks + interval.Ticks; _node.Now < endsAt && !Volatile.Read(ref _isDisposed);)
        {
            try
            {
                // Once now, against what came; and once when it cannot come any more.
                await InTimeAsync(Undo(_connection.Link, entryKey, stampUs), CancellationToken.None).ConfigureAwait(false);
                await Task.Delay(interval * 1.01, _options.TimeProvider).ConfigureAwait(false);
                await InTimeAsync(Undo(_connection.Link, entryKey, stampUs), CancellationToken.None).ConfigureAwait(false);
                break;
            }
            catch (Exception exception) when (ServerReply.IsFailure(exception))
            {
                await Task.Delay(interval, _options.TimeProvider).ConfigureAwait(false);
            }
        }

        Interlocked.Decrement(ref _undoing);
    }
}
