namespace Strata.Tiers;

/// <summary>Lets one body serve callers that await and callers that block.</summary>
internal static class TierCall
{
    /// <summary>Waits here when the caller blocks, so that the task returned is complete; else hands the task on.</summary>
    public static ValueTask<T> SettleAsync<T>(ValueTask<T> task, bool isBlocking) =>
        isBlocking && !task.IsCompleted ? new(task.AsTask().GetAwaiter().GetResult()) : task;

    /// <summary>Waits here when the caller blocks, so that the task returned is complete; else hands the task on.</summary>
    public static ValueTask SettleAsync(ValueTask task, bool isBlocking)
    {
        if (!isBlocking || task.IsCompleted)
            return task;
        task.AsTask().GetAwaiter().GetResult();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits here when the caller blocks; else hands the task on.</summary>
    public static Task SettleAsync(Task task, bool isBlocking, CancellationToken cancellationToken)
    {
        if (!isBlocking)
            return task.WaitAsync(cancellationToken);
        task.Wait(cancellationToken);
        return Task.CompletedTask;
    }

    /// <summary>Waits, here when the caller blocks, until a task has ended, a time is over or the token is cancelled; which of them it was, the task and the token tell.</summary>
    public static async ValueTask WaitAsync(Task ended, TimeSpan time, TimeProvider clock, bool isBlocking, CancellationToken cancellationToken)
    {
        Task waiting = ended.WaitAsync(time, clock, cancellationToken);
        if (isBlocking)
            ((IAsyncResult)waiting).AsyncWaitHandle.WaitOne();
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The result of a body that was told to block, which is complete unless user code inside of it awaits.</summary>
    public static T Wait<T>(this ValueTask<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : task.AsTask().GetAwaiter().GetResult();
}
