namespace Strata.Lab.Chaos;

/// <summary>What callers got. Any thread may count.</summary>
internal sealed class ChaosTally
{
    private long _hitsAsked;
    private long _hitsServed;
    private long _loadsAsked;
    private long _loadsServed;
    private long _wrong;

    public double HitsAvailablePct => ShareOf(_hitsServed, _hitsAsked);

    public double LoadsAvailablePct => ShareOf(_loadsServed, _loadsAsked);

    public long Wrong => Volatile.Read(ref _wrong);

    public long Calls => _hitsAsked + _loadsAsked;

    public void Hit(bool isServed)
    {
        Interlocked.Increment(ref _hitsAsked);
        if (isServed)
            Interlocked.Increment(ref _hitsServed);
    }

    public void Load(bool isServed)
    {
        Interlocked.Increment(ref _loadsAsked);
        if (isServed)
            Interlocked.Increment(ref _loadsServed);
    }

    // Where none was asked, none was refused.
    private static double ShareOf(long served, long asked) => asked == 0 ? 100 : 100.0 * served / asked;

    public void WrongValue() => Interlocked.Increment(ref _wrong);
}
