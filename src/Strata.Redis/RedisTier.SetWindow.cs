using System.Buffers;
using StackExchange.Redis;
using Strata.Entries;
using Strata.Redis.Entries;
using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Scripts;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>One window of a call that writes many keys, none of them twice: explicit values and loaded ones in batches, and one by one what has tags or cannot be kept.</content>
public sealed partial class RedisTier
{
    private async ValueTask SetWindowAsync(byte[][] keys, ReadOnlyMemory<TierEntry> entries, Memory<TierWriteStatus> results, CancellationToken cancellationToken)
    {
        try
        {
            RedisLink link = _connection.Link;
            foreach (Task clock in SendForClocks(link, keys, cancellationToken))
                await clock.ConfigureAwait(false);
            int batchKeys = link.IsCluster ? 1 : WriteBatch.MaxKeys;
            var loads = new List<(int Index, LoadedValue Value)>();
            var others = new List<(int Index, Task<TierWriteStatus> Write)>();
            List<WriteBatch> batches = Send(link, keys, entries.Span, batchKeys, loads, others, cancellationToken);
            var offers = OfferAsync(link, [.. loads.Select(load => load.Value)], batchKeys);
            await SettleAsync([.. batches.Select(batch => batch.Call!)], cancellationToken).ConfigureAwait(false);
            await SendLateOnesAsync(link, batches.FindAll(IsLate), cancellationToken).ConfigureAwait(false);
            foreach (WriteBatch batch in batches)
                Tell(batch, results);
            await offers.WaitAsync(cancellationToken).ConfigureAwait(false);
            foreach ((int index, LoadedValue value) in loads)
                results.Span[index] = value.Status ?? TierWriteStatus.Faulted;
            foreach ((int index, Task<TierWriteStatus> write) in others)
            {
                TierWriteStatus status = await write.ConfigureAwait(false);
                results.Span[index] = status;
            }
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            results.Span.Fill(TierWriteStatus.Faulted);
        }
    }

    /// <summary>Sends explicit values in batches, and those of which a call of their own is needed; gathers loaded ones.</summary>
    private List<WriteBatch> Send(
        RedisLink link,
        byte[][] keys,
        ReadOnlySpan<TierEntry> entries,
        int batchKeys,
        List<(int Index, LoadedValue Value)> loads,
        List<(int Index, Task<TierWriteStatus> Write)> others,
        CancellationToken cancellationToken)
    {
        var batches = new List<WriteBatch>();
        (long TtlMs, long GraceMs) life = default;
        byte[] rest = EntryMeta.Rest(0, 0, s_noTags);
        for (int i = 0; i < keys.Length; i++)
        {
            ref readonly TierEntry entry = ref entries[i];
            EntryOptions options = entry.Options;
            long start = 0;
            bool isPlain = options.Tags.IsEmpty && entry.Value.Length <= _options.MaxValueBytes
                && (options.Timestamp == 0 || _node.TryGetStart(options.Timestamp, out start));
            if (!isPlain || _clocks.Find(link.SlotOf(keys[i])) is not { } moment)
            {
                others.Add((i, SetAsync(entry.Key, entry.Value, options, cancellationToken).AsTask()));
                continue;
            }

            if (LifeOf(options) is var given && given != life)
                (life, rest) = (given, EntryMeta.Rest(given.TtlMs, given.GraceMs, s_noTags));
            if (options.Timestamp != 0)
            {
                loads.Add((i, new LoadedValue(keys[i], entry.Value.ToArray(), rest, start)));
                continue;
            }

            if (batches.Count == 0 || batches[^1].IsFull)
                batches.Add(new WriteBatch(moment, Math.Min(batchKeys, keys.Length - i)));
            batches[^1].Add(i, keys[i], entry.Value.ToArray(), rest);
            if (batches[^1].IsFull)
                Send(link, batches[^1]);
        }

        if (batches.Count > 0)
            Send(link, batches[^1]);
        return batches;
    }

    private void Send(RedisLink link, WriteBatch batch) => batch.Call ??= batch.Send(link.Database, UntilUs(batch.Moment));

    /// <summary>Sends once more, by a new reading of the server's clock, what came too late by the former.</summary>
    private async ValueTask SendLateOnesAsync(RedisLink link, List<WriteBatch> batches, CancellationToken cancellationToken)
    {
        Task<ServerMoment?>[] clocks = [.. batches.Select(batch => ReadClockAsync(batch.FirstKey, cancellationToken).AsTask())];
        for (int i = 0; i < clocks.Length; i++)
        {
            if (await clocks[i].ConfigureAwait(false) is not { } moment)
                continue;
            batches[i].Moment = moment;
            batches[i].Call = null;
            Send(link, batches[i]);
        }

        await SettleAsync([.. batches.Select(batch => batch.Call!)], cancellationToken).ConfigureAwait(false);
    }

    private static bool IsLate(WriteBatch batch) => FailureOf(batch.Call!) is null && (int)((RedisResult[])batch.Call!.Result)[0] == TierScripts.Stranger;

    private void Tell(WriteBatch batch, Memory<TierWriteStatus> results)
    {
        Exception? failure = FailureOf(batch.Call!);
        RedisResult[] reply = failure is null ? (RedisResult[])batch.Call!.Result : [];
        if (failure is not null)
            CountFailure(failure);
        for (int i = 0; i < batch.Count; i++)
            results.Span[batch.IndexOf(i)] = i < reply.Length ? StatusOf((int)reply[i]) : TierWriteStatus.Faulted;
    }
}
