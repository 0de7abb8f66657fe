namespace Strata.Engine.Tests.Expiry;

/// <summary>A clock of milliseconds that runs a hook at each reading, before it says the time. Its timer fires only when a test fires it.</summary>
internal sealed class HookedTimeProvider : TimeProvider
{
    private TimerCallback? _callback;
    private object? _state;

    public long NowMs { get; set; }

    public Action? OnReading { get; set; }

    public int ReadingCount { get; private set; }

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp()
    {
        ReadingCount++;
        OnReading?.Invoke();
        return NowMs;
    }

    public void FireTimer() => _callback!(_state);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        (_callback, _state) = (callback, state);
        return new SilentTimer();
    }

    private sealed class SilentTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
