namespace Strata.Warming;

/// <summary>The counts of one warm-up from a tier.</summary>
internal sealed class WarmFromRun(TimeProvider time, IProgress<WarmFromProgress>? progress) : WarmReports<WarmFromProgress>(time, progress)
{
    private readonly Lock _gate = new();
    private WarmFromProgress _sum;

    public override WarmFromProgress Current
    {
        get
        {
            lock (_gate)
                return _sum with { Elapsed = Elapsed };
        }
    }

    public void Count(in WarmFromTally tally)
    {
        lock (_gate)
        {
            _sum = new(
                _sum.Fresh + tally.Fresh, _sum.Stale + tally.Stale, _sum.AlreadyThere + tally.AlreadyThere, _sum.StaleSkipped + tally.StaleSkipped, _sum.Gone + tally.Gone, _sum.Failed + tally.Failed,
                _sum.Bytes + tally.Bytes, default);
        }

        ReportIfDue();
    }
}
