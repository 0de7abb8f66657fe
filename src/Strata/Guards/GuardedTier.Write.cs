using System.Buffers;
using System.Runtime.CompilerServices;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Tiers;

namespace Strata.Guards;

/// <content>Writes, removals and invalidations.</content>
public sealed partial class GuardedTier
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        return WriteAsync((key, value, options), static (inner, of, call) => inner.SetAsync(call.Copy(of.key), call.Copy(of.value), of.options, call.Token), static of => [of.key.ToArray()], cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        return WriteAsync(key, static (inner, key, call) => inner.RemoveAsync(call.Copy(key), call.Token), null, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) =>
        WriteAsync(0, static (inner, _, call) => inner.ClearAsync(call.Token), null, cancellationToken, isLong: true);

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return WriteAsync(rule, static (inner, rule, call) => inner.InvalidateAsync(rule, call.Token), null, cancellationToken, isLong: true);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="entries"/>.</exception>
    public async ValueTask SetManyAsync(ReadOnlyMemory<TierEntry> entries, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default)
    {
        TierBatch.ThrowIfTooShort(results.Length, entries.Length, "entries");
        var keys = new byte[entries.Length][];
        for (int i = 0; i < keys.Length; i++)
        {
            TierArguments.ThrowIfNotKey(entries.Span[i].Key);
            keys[i] = entries.Span[i].Key.ToArray();
        }

        await WriteManyAsync(
            (entries, keys),
            results[..entries.Length],
            static (inner, of, statuses, call) => inner.SetManyAsync(CopyEntries(of.entries, of.keys, call), statuses, call.Token),
            static of => of.keys,
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="keys"/>.</exception>
    public async ValueTask RemoveManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default)
    {
        TierBatch.ThrowIfTooShort(results.Length, keys.Length, "keys");
        ReadOnlyMemory<byte>[] own = [.. CopyKeys(keys).Select(static key => new ReadOnlyMemory<byte>(key))];
        await WriteManyAsync(own, results[..keys.Length], static (inner, keys, statuses, call) => inner.RemoveManyAsync(keys, statuses, call.Token), null, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="state">What the call is given; it must copy what it hands to the tier.</param>
    /// <param name="start">The call.</param>
    /// <param name="keysOf">The keys of values in it, which may replace newer ones or come after an invalidation when they are kept too late; <c>null</c> for none.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="isLong">Whether it may take as long as an invalidation.</param>
    private ValueTask<TierWriteStatus> WriteAsync<TState>(TState state, Func<ICacheTier, TState, GuardedCall, ValueTask<TierWriteStatus>> start, Func<TState, byte[][]>? keysOf, CancellationToken cancellationToken, bool isLong = false)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        if (!TryEnter(out BreakerPermit permit))
            return new(TierWriteStatus.Throttled);
        // What may take so long decides nothing for those who wait behind a probe: the next call is the probe.
        if (isLong)
            Tell(_breaker.Release(permit));
        GuardedCall call = GuardedCall.Rent(cancellationToken);
        ValueTask<TierWriteStatus> writing = Start(_inner, state, call, start);
        if (!writing.IsCompletedSuccessfully)
            return FinishAsync(writing, call, permit, state, keysOf, isLong, cancellationToken);
        call.Return();
        TierWriteStatus status = writing.Result;
        Report(permit, IsFailure(status));
        return new(status);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TierWriteStatus> FinishAsync<TState>(
        ValueTask<TierWriteStatus> writing, GuardedCall call, BreakerPermit permit, TState state, Func<TState, byte[][]>? keysOf, bool isLong, CancellationToken cancellationToken)
    {
        Task<TierWriteStatus> task = writing.AsTask();
        if (!await HasEndedAsync(task, call, permit, state, keysOf, isLong ? _options.InvalidationDeadline : _options.WriteDeadline, cancellationToken, isLong).ConfigureAwait(false))
            return TierWriteStatus.Faulted;
        call.Return();
        try
        {
            TierWriteStatus status = await task.ConfigureAwait(false);
            Report(permit, IsFailure(status));
            return status;
        }
        catch (Exception exception)
        {
            ThrowIfCallers(exception, permit, cancellationToken);
            return TierWriteStatus.Faulted;
        }
    }

    private async ValueTask WriteManyAsync<TState>(
        TState state, Memory<TierWriteStatus> results, Func<ICacheTier, TState, TierWriteStatus[], GuardedCall, ValueTask> start, Func<TState, byte[][]>? keysOf, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!TryEnter(out BreakerPermit permit))
        {
            results.Span.Fill(TierWriteStatus.Throttled);
            return;
        }

        var statuses = new TierWriteStatus[results.Length];
        GuardedCall call = GuardedCall.Rent(cancellationToken);
        Task task = Start(_inner, (state, statuses, start), call, static async (inner, of, call) =>
        {
            await of.start(inner, of.state, of.statuses, call).ConfigureAwait(false);
            return true;
        }).AsTask();
        if (await HasEndedAsync(task, call, permit, state, keysOf, _options.WriteDeadline, cancellationToken).ConfigureAwait(false))
        {
            call.Return();
            try
            {
                await task.ConfigureAwait(false);
                statuses.CopyTo(results);
                Report(permit, Array.TrueForAll(statuses, IsFailure) && statuses.Length > 0);
                return;
            }
            catch (Exception exception)
            {
                ThrowIfCallers(exception, permit, cancellationToken);
            }
        }

        results.Span.Fill(TierWriteStatus.Faulted);
    }

    private static TierEntry[] CopyEntries(ReadOnlyMemory<TierEntry> entries, byte[][] keys, GuardedCall call)
    {
        var copies = new TierEntry[keys.Length];
        var ends = new int[keys.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            call.Write(entries.Span[i].Value);
            ends[i] = call.Buffer.LengthBytes;
        }

        // The buffer moves while it grows, so the slices are taken at the end.
        ReadOnlySequence<byte> values = call.Buffer.WrittenSequence;
        for (int i = 0, start = 0; i < keys.Length; start = ends[i++])
            copies[i] = new(keys[i], values.Slice(start, ends[i] - start), entries.Span[i].Options);
        return copies;
    }
}
