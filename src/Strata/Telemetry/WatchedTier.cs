using System.Buffers;
using System.Runtime.CompilerServices;
using Strata.Entries;
using Strata.Guards;
using Strata.Invalidation;
using Strata.Tiers;

namespace Strata.Telemetry;

/// <summary>A tier behind memory whose calls are counted, timed and traced. It hands on whatever the tier answers or throws, and allocates nothing of its own.</summary>
internal sealed class WatchedTier(ICacheTier tier, CacheTelemetry telemetry, TierCounters counters, TimeProvider time) : ICacheTier
{
    private readonly LogGate _faults = new(time);

    public string Name => tier.Name;

    public TierTraits Traits => tier.Traits;

    public IAsyncEnumerable<RecentEntry>? ListRecent() => tier.ListRecent();

    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) =>
        CallAsync(TierOperation.Get, (key, destination), static (tier, of, token) => tier.GetAsync(of.key, of.destination, token), static read => TierOutcomes.Of(read.Status), cancellationToken);

    /// <summary>Reads for a caller who can do without: it has a stale value.</summary>
    public ValueTask<TierRead> GetSoonAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken) =>
        CallAsync(
            TierOperation.Get,
            (key, destination),
            static (tier, of, token) => tier is GuardedTier guard ? guard.GetSoonAsync(of.key, of.destination, token) : tier.GetAsync(of.key, of.destination, token),
            static read => TierOutcomes.Of(read.Status),
            cancellationToken);

    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default) =>
        CallAsync(TierOperation.Set, (key, value, options), static (tier, of, token) => tier.SetAsync(of.key, of.value, of.options, token), TierOutcomes.Of, cancellationToken);

    public ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default) =>
        CallAsync(TierOperation.Remove, key, static (tier, key, token) => tier.RemoveAsync(key, token), TierOutcomes.Of, cancellationToken);

    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) =>
        CallAsync(TierOperation.Clear, 0, static (tier, _, token) => tier.ClearAsync(token), TierOutcomes.Of, cancellationToken);

    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default) =>
        CallAsync(TierOperation.Invalidate, rule, static (tier, rule, token) => tier.InvalidateAsync(rule, token), TierOutcomes.Of, cancellationToken);

    public ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default) =>
        CallAsync(TierOperation.MarkStale, 0, static (tier, _, token) => tier.MarkStaleAsync(token), TierOutcomes.Of, cancellationToken);

    public ValueTask GetManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) =>
        CallManyAsync(TierOperation.GetMany, TierOperation.Get, (keys, results, destination), static (tier, of, token) => tier.GetManyAsync(of.keys, of.results, of.destination, token),
            keys.Length, static (of, i) => TierOutcomes.Of(of.results.Span[i].Status), cancellationToken);

    public ValueTask SetManyAsync(ReadOnlyMemory<TierEntry> entries, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default) =>
        CallManyAsync(TierOperation.SetMany, TierOperation.Set, (entries, results), static (tier, of, token) => tier.SetManyAsync(of.entries, of.results, token),
            entries.Length, static (of, i) => TierOutcomes.Of(of.results.Span[i]), cancellationToken);

    public ValueTask RemoveManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default) =>
        CallManyAsync(TierOperation.RemoveMany, TierOperation.Remove, (keys, results), static (tier, of, token) => tier.RemoveManyAsync(of.keys, of.results, token),
            keys.Length, static (of, i) => TierOutcomes.Of(of.results.Span[i]), cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> CallAsync<TState, T>(TierOperation operation, TState state, Func<ICacheTier, TState, CancellationToken, ValueTask<T>> call, Func<T, TierOutcome> outcomeOf, CancellationToken cancellationToken)
    {
        TierWatch watch = telemetry.BeginCall(counters, operation);
        try
        {
            T answer = await call(tier, state, cancellationToken).ConfigureAwait(false);
            End(watch, outcomeOf(answer));
            return answer;
        }
        catch (Exception exception)
        {
            Fail(watch, exception, cancellationToken);
            throw;
        }
    }

    /// <summary>A batch counts as one call of its own, and each of its keys like a call alone.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask CallManyAsync<TState>(
        TierOperation operation, TierOperation each, TState state, Func<ICacheTier, TState, CancellationToken, ValueTask> call, int count, Func<TState, int, TierOutcome> outcomeOf, CancellationToken cancellationToken)
    {
        TierWatch watch = telemetry.BeginCall(counters, operation);
        try
        {
            await call(tier, state, cancellationToken).ConfigureAwait(false);
            TierOutcome worst = TierOutcome.Done;
            for (int i = 0; i < count; i++)
            {
                TierOutcome outcome = outcomeOf(state, i);
                counters.Count(each, outcome);
                if (TierOutcomes.IsFault(outcome) && outcome > worst)
                    worst = outcome;
            }

            End(watch, worst);
        }
        catch (Exception exception)
        {
            Fail(watch, exception, cancellationToken);
            throw;
        }
    }

    private void End(in TierWatch watch, TierOutcome outcome, Exception? exception = null)
    {
        counters.Count(watch.Operation, outcome);
        telemetry.EndCall(counters, _faults, watch, outcome, exception);
    }

    private void Fail(in TierWatch watch, Exception exception, CancellationToken cancellationToken) =>
        End(watch, exception is OperationCanceledException && cancellationToken.IsCancellationRequested ? TierOutcome.Cancelled : TierOutcome.Fault, exception);
}
