namespace Strata.Files.Segments;

/// <content>The work item of the pool that pumps, and the timer that wakes it.</content>
internal sealed partial class SegmentStore
{
    // 1 while a work item is queued or runs and was not told of more.
    private int _isSignalled;
    private int _wantsFlush;
    private ITimer? _timer;

    /// <summary>Tells the thread in the background that there is something to do. Queues at most one work item.</summary>
    private void Signal()
    {
        if (_options.WorksInBackground && Interlocked.Exchange(ref _isSignalled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static store => store.Work(), this, preferLocal: false);
    }

    private void Work()
    {
        // Before the work, so that what is signalled from here on is seen to anew.
        Interlocked.Exchange(ref _isSignalled, 0);
        Pump(isFlush: Interlocked.Exchange(ref _wantsFlush, 0) == 1);
    }

    private void StartWorking()
    {
        _timer = _options.TimeProvider.CreateTimer(
            static state =>
            {
                var store = (SegmentStore)state!;
                Volatile.Write(ref store._wantsFlush, 1);
                store.Signal();
            },
            this,
            _options.FlushInterval,
            _options.FlushInterval);
        ThreadPool.UnsafeQueueUserWorkItem(
            static store =>
            {
                store.Recover();
                store.Signal();
            },
            this,
            preferLocal: false);
    }

    private void StopWorking()
    {
        _timer?.Dispose();
        Volatile.Write(ref _isStopping, true);
    }
}
