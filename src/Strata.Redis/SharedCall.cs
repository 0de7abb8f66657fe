namespace Strata.Redis;

/// <summary>A question that many ask at once: who comes while it is under way is answered by the next one, which begins after he came.</summary>
/// <param name="call">Sends the question and returns at once. Runs under the lock, or on a thread of the pool.</param>
internal sealed class SharedCall<T>(Func<Task<T>> call)
{
    private readonly Lock _gate = new();
    private Task<T>? _current;
    private Task<T>? _next;

    /// <summary>An answer to a question that was sent after this call.</summary>
    public Task<T> AskAsync()
    {
        lock (_gate)
        {
            if (_next is not null)
                return _next;
            if (_current is { IsCompleted: false } current)
                return _next = FollowAsync(current);
            return _current = call();
        }
    }

    private async Task<T> FollowAsync(Task current)
    {
        await current.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<T> answer;
        lock (_gate)
        {
            // From here on nobody joins this one.
            _next = null;
            _current = answer = call();
        }

        return await answer.ConfigureAwait(false);
    }
}
