namespace Strata.Flights;

/// <summary>A load's turn among the loads that may run at a time. Given back once: at its end, at its hard deadline, or when it comes to wait for another load, which may be waiting for its turn.</summary>
internal sealed class LoadSlot(SemaphoreSlim slots)
{
    private int _isReleased;

    public bool IsHeldOf(SemaphoreSlim other) => slots == other && Volatile.Read(ref _isReleased) == 0;

    public void Release()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            slots.Release();
    }
}
