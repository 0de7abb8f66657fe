using System.Runtime.CompilerServices;
using Strata.Tiers;

namespace Strata.Guards;

/// <content>One call, from its start to its end or its deadline.</content>
public sealed partial class GuardedTier
{
    private static readonly byte[][] s_noKeys = [];

    /// <summary>Makes a call; what it throws at once is like what it throws later.</summary>
    private static ValueTask<T> Start<TState, T>(ICacheTier inner, TState state, GuardedCall call, Func<ICacheTier, TState, GuardedCall, ValueTask<T>> start)
    {
        try
        {
            return start(inner, state, call);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException<T>(exception);
        }
    }

    /// <summary>Waits until a call has ended; at its deadline, or when its caller has gone, it is given up.</summary>
    /// <param name="task">The call.</param>
    /// <param name="call">What it works on.</param>
    /// <param name="permit">The breaker's.</param>
    /// <param name="state">What the call was given.</param>
    /// <param name="keysOf">The keys of values in it, which may replace newer ones or come after an invalidation when they are kept too late; <c>null</c> for none.</param>
    /// <param name="deadline">How long it may take.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="mayBeLate">Whether its lateness says nothing of the tier.</param>
    /// <returns>Whether it has ended and its buffers are the guard's again; else the call is not to be touched any more.</returns>
    /// <exception cref="OperationCanceledException">The caller has gone, and the call was given up.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> HasEndedAsync<TState>(Task task, GuardedCall call, BreakerPermit permit, TState state, Func<TState, byte[][]>? keysOf, TimeSpan deadline, CancellationToken cancellationToken, bool mayBeLate = false)
    {
        await ((Task)task.WaitAsync(deadline, _time, cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (task.IsCompleted)
            return true;
        Abandon(task, call, keysOf?.Invoke(state) ?? s_noKeys);
        if (cancellationToken.IsCancellationRequested)
        {
            Tell(_breaker.Release(permit));
            cancellationToken.ThrowIfCancellationRequested();
        }

        Interlocked.Increment(ref _timedOut);
        if (!mayBeLate)
            Report(permit, hasFailed: true);
        return false;
    }

    private void Abandon(Task task, GuardedCall call, byte[][] written)
    {
        Interlocked.Increment(ref _abandoned);
        AbandonedWrites.Begin(written);
        call.Abandon();
        _ = task.ContinueWith(
            late =>
            {
                _ = late.Exception;
                AbandonedWrites.End(written);
                Interlocked.Decrement(ref _abandoned);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>What an exception of the tier says: its caller's own cancellation gets through; all else is a fault.</summary>
    private void ThrowIfCallers(Exception exception, BreakerPermit permit, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            Tell(_breaker.Release(permit));
            cancellationToken.ThrowIfCancellationRequested();
        }

        Report(permit, hasFailed: true);
    }

    private static Exception ExceptionOf(Task task) => task.Exception?.InnerException ?? new TaskCanceledException(task);

    private static bool IsFailure(TierReadStatus status) => status is TierReadStatus.Throttled or TierReadStatus.Faulted;

    private static bool IsFailure(TierWriteStatus status) => status is TierWriteStatus.Throttled or TierWriteStatus.Faulted;
}
