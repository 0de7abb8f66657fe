using StackExchange.Redis;
using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Entries;
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

    /// <summary>Where keys have slots, the fence is looked at by a call of its own, shared by all whose values were written before it.</summary>
    private readonly SharedCall<FenceView> _fenceLook;

    /// <summary>Where they have none, values loaded one by one go together.</summary>
    private readonly OfferQueue _offers;

    private int _undoing;

    /// <summary>Offers values of one server, as many by a call as may be. Ends when each says how it went.</summary>
    private async Task OfferAsync(RedisLink link, List<LoadedValue> values, int batchKeys)
    {
        var offers = new List<Task>();
        var batch = new List<LoadedValue>(Math.Min(batchKeys, values.Count));
        long bytes = 0;
        foreach (LoadedValue value in values)
        {
            batch.Add(value);
            bytes += value.Value.Length;
            if (batch.Count < batchKeys && bytes < WriteBatch.MaxBytes && value != values[^1])
                continue;
            offers.Add(KeepAsync(link, batch, _clocks.Find(link.SlotOf(value.Key))!));
            batch = new List<LoadedValue>(batchKeys);
            bytes = 0;
        }

        await Task.WhenAll(offers).ConfigureAwait(false);
    }

    /// <summary>Offers loaded values until the server takes them or knows better; each then says how it ended. Goes on when its caller waits no more: what was kept must be held against the fence.</summary>
    private async Task KeepAsync(RedisLink link, List<LoadedValue> values, ServerMoment moment)
    {
        if (Volatile.Read(ref _undoing) >= MaxUndoing)
        {
            values.ForEach(value => value.Status = TierWriteStatus.Faulted);
            return;
        }

        for (int offer = 0; offer < MaxOffers; offer++)
        {
            List<LoadedValue> open = values.FindAll(value => value.Status is null && value.Start >= moment.Since && moment.EarliestUs(value.Start) > value.FloorUs);
            if (open.Count == 0)
                break;
            moment = await OfferAsync(link, open, moment).ConfigureAwait(false);
        }

        await Task.WhenAll(values.FindAll(value => value.Status is null).Select(async value =>
            value.Status = await GiveUpAsync(link, value.Key, moment.EarliestUs(value.Start), CancellationToken.None).ConfigureAwait(false))).ConfigureAwait(false);
    }

    /// <summary>Offers values of one server once. One that is left without a status may be offered again.</summary>
    /// <returns>A newer reading of the server's clock.</returns>
    private async ValueTask<ServerMoment> OfferAsync(RedisLink link, List<LoadedValue> values, ServerMoment moment)
    {
        try
        {
            bool hasSlots = link.IsCluster;
            long sentAt = _node.Now;
            Task<RedisResult> call = SendOffer(link, values, moment, hasSlots ? null : _keys.Fence);
            var reply = (RedisResult[])await InTimeAsync(call, CancellationToken.None).ConfigureAwait(false);
            moment = Observe(link.SlotOf(values[0].Key), reply, 0, sentAt);
            Settle(values, reply, moment);
            if (values.Exists(value => value.Status == TierWriteStatus.Done))
            {
                FenceView fence = hasSlots ? await _fenceLook.AskAsync().ConfigureAwait(false) : new(RecordOf(reply, 4), moment);
                await UndoFencedAsync(link, values, fence).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (ServerReply.IsFailure(exception))
        {
            CountFailure(exception);
            List<LoadedValue> unknown = values.FindAll(value => value.Status is null or TierWriteStatus.Done);
            unknown.ForEach(value => value.Status = TierWriteStatus.Faulted);
            _ = UndoAsync(unknown);
        }

        return moment;
    }

    /// <param name="link">The server.</param>
    /// <param name="values">One, or several where keys have no slots.</param>
    /// <param name="moment">A reading of the server's clock.</param>
    /// <param name="fence">The key of the fence, to be looked at in the same moment; <c>null</c> where keys have slots.</param>
    private Task<RedisResult> SendOffer(RedisLink link, List<LoadedValue> values, ServerMoment moment, byte[]? fence)
    {
        var keys = new RedisKey[values.Count + (fence is null ? 0 : 1)];
        keys[^1] = fence;
        var runs = new ValueRuns(values.Count, moment.Server, moment.EarliestUs(_node.Now), _tombstoneMs * 1_000, UntilUs(moment), values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            LoadedValue value = values[i];
            value.StampUs = moment.EarliestUs(value.Start);
            keys[i] = value.Key;
            runs.Add(value.Value, value.Rest, value.StampUs);
        }

        return TierScripts.Keep.CallAsync(link.Database, keys, runs.ToArray());
    }

    private void Settle(List<LoadedValue> values, RedisResult[] reply, ServerMoment moment)
    {
        long[] statuses = (long[]?)reply[2] ?? [];
        long[] stamps = (long[]?)reply[3] ?? [];
        if (statuses.Length != values.Count || stamps.Length != statuses.Count(status => status == TierScripts.Superseded))
            throw new InvalidCastException("The server did not answer for each key.");
        int superseded = 0;
        for (int i = 0; i < statuses.Length; i++)
        {
            LoadedValue value = values[i];
            value.FloorUs = long.MinValue;
            switch (statuses[i])
            {
                case TierScripts.Stranger:
                    break;
                case TierScripts.Superseded:
                    long stamp = stamps[superseded++];
                    value.FloorUs = Math.Max(value.StampUs, stamp);
                    // A newer reading may be a closer one.
                    if (stamp >= value.StampUs && moment.EarliestUs(value.Start) <= value.FloorUs)
                        value.Status = Superseded();
                    break;
                default:
                    value.Status = StatusOf((int)statuses[i]);
                    break;
            }
        }
    }

    /// <summary>Takes back those values that were just kept but were removed by key since their loads began; the sweep may have passed by before they came.</summary>
    private async ValueTask UndoFencedAsync(RedisLink link, List<LoadedValue> values, FenceView fence)
    {
        List<LoadedValue> fenced = values.FindAll(value => value.Status == TierWriteStatus.Done && IsFenced(value, fence));
        if (fenced.Count == 0)
            return;
        await InTimeAsync(Undo(link, fenced), CancellationToken.None).ConfigureAwait(false);
        fenced.ForEach(value => value.Status = Superseded());
    }

    private bool IsFenced(LoadedValue value, FenceView fence) =>
        value.Start < fence.Moment.Since || IsVoid(fence.Record, fence.Moment.EarliestUs(value.Start), _keys.KeyOf(value.Key), isOfTag: false);

    private async Task<FenceView> LookAtFenceAsync()
    {
        RedisLink link = _connection.Link;
        long sentAt = _node.Now;
        var reply = (RedisResult[])await InTimeAsync(TierScripts.Look.CallAsync(link.Database, _keys.Fence, []), CancellationToken.None).ConfigureAwait(false);
        return new(RecordOf(reply, 2), Observe(link.SlotOf(_keys.Fence), reply, 0, sentAt));
    }

    /// <summary>Nobody can tell that nothing newer than a value was lost: it is from before a restart, or too long ago. It is not kept, and neither is what it was to replace: an entry that is older by its stamp.</summary>
    private async ValueTask<TierWriteStatus> GiveUpAsync(RedisLink link, byte[] entryKey, long asOfUs, CancellationToken cancellationToken)
    {
        Task<RedisResult> removal = TierScripts.Yield.CallAsync(link.Database, entryKey, [asOfUs, _tombstoneMs + TombstoneMarginMs]);
        await SettleAsync([removal], cancellationToken).ConfigureAwait(false);
        TierWriteStatus removed = RemovalOf(removal);
        return removed is TierWriteStatus.Done or TierWriteStatus.NotFound ? Superseded() : removed;
    }

    /// <summary>Takes back loaded values of which nobody knows whether they were kept, or whether they were removed by key since their loads began: asks until the server answers, for as long as removals are remembered.</summary>
    private async Task UndoAsync(List<LoadedValue> values)
    {
        Interlocked.Add(ref _undoing, values.Count);
        TimeSpan interval = _options.OperationTimeout > s_leastUndoInterval ? _options.OperationTimeout : s_leastUndoInterval;
        for (long endsAt = _node.Now + _options.TombstoneLife.Ticks + interval.Ticks; _node.Now < endsAt && !Volatile.Read(ref _isDisposed);)
        {
            try
            {
                // Once now, against what came; and once when it cannot come any more.
                await InTimeAsync(Undo(_connection.Link, values), CancellationToken.None).ConfigureAwait(false);
                await Task.Delay(interval * 1.01, _options.TimeProvider).ConfigureAwait(false);
                await InTimeAsync(Undo(_connection.Link, values), CancellationToken.None).ConfigureAwait(false);
                break;
            }
            catch (Exception exception) when (ServerReply.IsFailure(exception))
            {
                await Task.Delay(interval, _options.TimeProvider).ConfigureAwait(false);
            }
        }

        Interlocked.Add(ref _undoing, -values.Count);
    }

    private Task<RedisResult[]> Undo(RedisLink link, List<LoadedValue> values) => Task.WhenAll(values.Select(value => Undo(link, value.Key, value.StampUs)));

    /// <summary>The fence as it was at some moment, and the clock by which its stamps are.</summary>
    private sealed record FenceView(InvalidationRecord Record, ServerMoment Moment);
}
