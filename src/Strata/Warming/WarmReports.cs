namespace Strata.Warming;

/// <summary>Tells how far something is, ten times a second at most, and at its end.</summary>
/// <typeparam name="TProgress">What is told.</typeparam>
internal abstract class WarmReports<TProgress>(TimeProvider time, IProgress<TProgress>? progress)
{
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromMilliseconds(100);

    private readonly long _start = time.GetTimestamp();
    private long _reported = time.GetTimestamp();

    public abstract TProgress Current { get; }

    protected TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Reports the end, whenever the last report was.</summary>
    public TProgress End()
    {
        TProgress end = Current;
        progress?.Report(end);
        return end;
    }

    protected void ReportIfDue()
    {
        long last = Volatile.Read(ref _reported), now = time.GetTimestamp();
        if (progress is not null && time.GetElapsedTime(last, now) >= s_reportEvery && Interlocked.CompareExchange(ref _reported, now, last) == last)
            progress.Report(Current);
    }
}
