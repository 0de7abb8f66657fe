namespace Strata.Warming;

/// <summary>The counts of one warm-up, and when they were last reported.</summary>
internal sealed class WarmRun(TimeProvider time, IProgress<WarmProgress>? progress)
{
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromMilliseconds(100);

    private readonly long _start = time.GetTimestamp();
    private long _reported = time.GetTimestamp();
    private long _loaded;
    private long _alreadyThere;
    private long _withoutValue;
    private long _failed;

    public WarmProgress Current => new(Volatile.Read(ref _loaded), Volatile.Read(ref _alreadyThere), Volatile.Read(ref _withoutValue), Volatile.Read(ref _failed), time.GetElapsedTime(_start));

    public void Count(int loaded = 0, int alreadyThere = 0, int withoutValue = 0, int failed = 0)
    {
        Interlocked.Add(ref _loaded, loaded);
        Interlocked.Add(ref _alreadyThere, alreadyThere);
        Interlocked.Add(ref _withoutValue, withoutValue);
        Interlocked.Add(ref _failed, failed);
        long last = Volatile.Read(ref _reported), now = time.GetTimestamp();
        if (progress is not null && time.GetElapsedTime(last, now) >= s_reportEvery && Interlocked.CompareExchange(ref _reported, now, last) == last)
            progress.Report(Current);
    }

    /// <summary>Reports the end, whenever the last report was.</summary>
    public WarmProgress End()
    {
        WarmProgress end = Current;
        progress?.Report(end);
        return end;
    }
}
