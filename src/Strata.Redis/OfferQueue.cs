namespace Strata.Redis;

/// <summary>Gathers values that are written one by one: who comes while others are under way waits for their end, and then goes with all who waited. Alone, he goes at once.</summary>
/// <param name="offer">Sends values before it returns, and ends when each of them has its status. Does not throw, but may fail.</param>
/// <remarks>Safe for any number of threads.</remarks>
internal sealed class OfferQueue(Func<List<LoadedValue>, Task> offer)
{
    /// <summary>The most who wait; one more goes by himself.</summary>
    public const int MaxWaiting = 4_096;

    private readonly Lock _gate = new();

    /// <summary>Who waits now; <c>null</c> while nobody is under way.</summary>
    private Group? _waiting;

    /// <summary>Ends when the value has its status.</summary>
    public Task OfferAsync(LoadedValue value)
    {
        bool isFirst = false;
        lock (_gate)
        {
            if (_waiting is null)
                (_waiting, isFirst) = (new Group(), true);
            else if (_waiting.Values.Count < MaxWaiting)
                return _waiting.Add(value);
        }

        Task own = offer([value]);
        if (isFirst)
            _ = FollowAsync(own);
        return own;
    }

    private async Task FollowAsync(Task current)
    {
        while (true)
        {
            await current.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Group group;
            lock (_gate)
            {
                group = _waiting!;
                _waiting = group.Values.Count == 0 ? null : new Group();
                if (_waiting is null)
                    return;
            }

            current = offer(group.Values);
            await current.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            group.End.SetFromTask(current);
        }
    }

    private sealed class Group
    {
        public List<LoadedValue> Values { get; } = [];

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Add(LoadedValue value)
        {
            Values.Add(value);
            return End.Task;
        }
    }
}
