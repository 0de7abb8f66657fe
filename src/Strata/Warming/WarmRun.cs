namespace Strata.Warming;

/// <summary>The counts of one warm-up by a factory.</summary>
internal sealed class WarmRun(TimeProvider time, IProgress<WarmProgress>? progress) : WarmReports<WarmProgress>(time, progress)
{
    private long _loaded;
    private long _alreadyThere;
    private long _withoutValue;
    private long _failed;

    public override WarmProgress Current => new(Volatile.Read(ref _loaded), Volatile.Read(ref _alreadyThere), Volatile.Read(ref _withoutValue), Volatile.Read(ref _failed), Elapsed);

    public void Count(int loaded = 0, int alreadyThere = 0, int withoutValue = 0, int failed = 0)
    {
        Interlocked.Add(ref _loaded, loaded);
        Interlocked.Add(ref _alreadyThere, alreadyThere);
        Interlocked.Add(ref _withoutValue, withoutValue);
        Interlocked.Add(ref _failed, failed);
        ReportIfDue();
    }
}
