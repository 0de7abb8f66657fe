using System.Buffers;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Tiers;

namespace Strata.Stacking;

/// <content>Writes. One that fails is remembered, and so is one that would overtake what is pending.</content>
internal sealed partial class StackedTier
{
    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        options = Capped(options);
        if (_pending is null)
            return _inner.SetAsync(key, value, options, cancellationToken);
        TierArguments.ThrowIfNotKey(key);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        Order order = Begin(options.Timestamp);
        if (Options.WritesBehind)
            return new(Queue(order.Of(key.ToArray(), value.ToArray(), options)));
        if (!_pending.LetsPass(key.Span))
            return DeferAsync(order.Of(key.ToArray(), value.ToArray(), options), isUrgent: false, cancellationToken);
        return PassAsync((key, value, options), static (inner, of, token) => inner.SetAsync(of.key, of.value, of.options, token), static (order, of) => order.Of(of.key.ToArray(), of.value.ToArray(), of.options), order, cancellationToken);
    }

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        if (_pending is null)
            return _inner.RemoveAsync(key, cancellationToken);
        TierArguments.ThrowIfNotKey(key);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        Order order = Begin(0);
        if (!_pending.LetsPass(key.Span))
            return DeferAsync(order.Of(key.ToArray(), null, default), isUrgent: true, cancellationToken);
        return PassAsync(key, static (inner, key, token) => inner.RemoveAsync(key, token), static (order, key) => order.Of(key.ToArray(), null, default), order, cancellationToken);
    }

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => InvalidateAsync(null, cancellationToken);

    ValueTask<TierWriteStatus> ICacheTier.InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken) => InvalidateAsync(rule, cancellationToken);

    /// <summary>Invalidates by a rule, or clears without one.</summary>
    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule? rule, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        if (_pending is null)
            return Call(_inner, rule, cancellationToken);
        Order order = Begin(0);
        return _pending.IsEmpty ? PassAsync(rule, Call, static (order, rule) => order.Of(rule), order, cancellationToken) : DeferAsync(order.Of(rule), isUrgent: true, cancellationToken);

        static ValueTask<TierWriteStatus> Call(ICacheTier inner, InvalidationRule? rule, CancellationToken token) => rule is null ? inner.ClearAsync(token) : inner.InvalidateAsync(rule, token);
    }

    public async ValueTask SetManyAsync(ReadOnlyMemory<TierEntry> entries, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default)
    {
        TierBatch.ThrowIfTooShort(results.Length, entries.Length, "entries");
        TierEntry[] capped = [.. entries.ToArray().Select(entry => entry with { Options = Capped(entry.Options) })];
        await WriteManyAsync(
            capped,
            results[..capped.Length],
            static entry => entry.Key,
            static (order, entry) => order.Of(entry.Key.ToArray(), entry.Value.ToArray(), entry.Options),
            static (inner, entries, statuses, token) => inner.SetManyAsync(entries, statuses, token),
            Options.WritesBehind,
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default)
    {
        TierBatch.ThrowIfTooShort(results.Length, keys.Length, "keys");
        await WriteManyAsync(
            keys.ToArray(),
            results[..keys.Length],
            static key => key,
            static (order, key) => order.Of(key.ToArray(), null, default),
            static (inner, keys, statuses, token) => inner.RemoveManyAsync(keys, statuses, token),
            isQueued: false,
            cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask WriteManyAsync<T>(
        T[] items,
        Memory<TierWriteStatus> results,
        Func<T, ReadOnlyMemory<byte>> keyOf,
        Func<Order, T, PendingWrite> remember,
        Func<ICacheTier, T[], Memory<TierWriteStatus>, CancellationToken, ValueTask> call,
        bool isQueued,
        CancellationToken cancellationToken)
    {
        if (_pending is null)
        {
            await call(_inner, items, results, cancellationToken).ConfigureAwait(false);
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        foreach (T item in items)
            TierArguments.ThrowIfNotKey(keyOf(item));
        List<int> passing = [];
        List<(int At, ValueTask<TierWriteStatus> Task)> deferred = [];
        var orders = new Order[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            T item = items[i];
            orders[i] = Begin(item is TierEntry entry ? entry.Options.Timestamp : 0);
            if (isQueued)
                results.Span[i] = Queue(remember(orders[i], item));
            else if (_pending.LetsPass(keyOf(item).Span))
                passing.Add(i);
            else
                deferred.Add((i, DeferAsync(remember(orders[i], item), isUrgent: item is not TierEntry, cancellationToken)));
        }

        if (passing.Count > 0)
        {
            var statuses = new TierWriteStatus[passing.Count];
            try
            {
                await call(_inner, [.. passing.Select(i => items[i])], statuses, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!IsCallers(exception, cancellationToken))
            {
                Array.Fill(statuses, TierWriteStatus.Faulted);
            }

            for (int i = 0; i < statuses.Length; i++)
            {
                results.Span[passing[i]] = statuses[i];
                if (IsFailure(statuses[i]))
                    Remember(remember(orders[passing[i]], items[passing[i]]));
                else
                    NoteAnswer();
            }
        }

        foreach ((int at, ValueTask<TierWriteStatus> task) in deferred)
        {
            TierWriteStatus status = await task.ConfigureAwait(false);
            results.Span[at] = status;
        }
    }

    /// <summary>Has the tier do something now, and remembers it if that fails.</summary>
    private async ValueTask<TierWriteStatus> PassAsync<T>(T item, Func<ICacheTier, T, CancellationToken, ValueTask<TierWriteStatus>> call, Func<Order, T, PendingWrite> remember, Order order, CancellationToken cancellationToken)
    {
        TierWriteStatus status;
        try
        {
            status = await call(_inner, item, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (!IsCallers(exception, cancellationToken))
        {
            status = TierWriteStatus.Faulted;
        }

        if (IsFailure(status))
            Remember(remember(order, item));
        else
            NoteAnswer();
        return status;
    }

    /// <summary>Takes a value that is written behind.</summary>
    private TierWriteStatus Queue(PendingWrite write)
    {
        bool isWhole = Add(write, out _);
        Drain();
        return isWhole ? TierWriteStatus.Done : TierWriteStatus.Refused;
    }

    /// <summary>Puts something behind what is pending, and waits for its turn; a value not while the tier does not answer.</summary>
    private async ValueTask<TierWriteStatus> DeferAsync(PendingWrite write, bool isUrgent, CancellationToken cancellationToken)
    {
        Task<TierWriteStatus> attempt = write.Attempt;
        Add(write, out bool hadValue);
        if (isUrgent)
            _ = Resume();
        else if (!Drain())
            return TierWriteStatus.Throttled;
        TierWriteStatus status = await attempt.WaitAsync(cancellationToken).ConfigureAwait(false);
        return status == TierWriteStatus.NotFound && hadValue ? TierWriteStatus.Done : status;
    }

    private void Remember(PendingWrite write)
    {
        Add(write, out _);
        BackOff();
    }

    private void NoteAnswer()
    {
        if (!_pending!.IsEmpty)
            Interlocked.Increment(ref _answers);
    }

    private EntryOptions Capped(in EntryOptions options)
    {
        TimeSpan? ttl = options.Ttl ?? options.Policy?.Ttl;
        return Options.MaxTtl is { } most && (ttl is null || ttl == Timeout.InfiniteTimeSpan || ttl > most) ? options with { Ttl = most } : options;
    }

    private Order Begin(long timestamp) => new(NextTicket(), _time.GetTimestamp(), timestamp != 0 ? timestamp : _clock.Next(), IsExplicit: timestamp == 0);

    private static bool IsCallers(Exception exception, CancellationToken cancellationToken) =>
        exception is OperationCanceledException && cancellationToken.IsCancellationRequested;

    /// <summary>When something was asked for: what is told later is told as of then.</summary>
    private readonly record struct Order(long Ticket, long Since, long Timestamp, bool IsExplicit)
    {
        public PendingWrite Of(byte[] key, byte[]? value, in EntryOptions options) => new() { Key = key, Value = value, Options = value is null ? default : options with { Timestamp = Timestamp }, IsExplicit = IsExplicit, Ticket = Ticket, Since = Since };

        public PendingWrite Of(InvalidationRule? rule) => new() { Rule = rule, Ticket = Ticket, Since = Since };
    }
}
