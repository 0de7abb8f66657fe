namespace Strata.Warming;

/// <summary>What came of some entries of a warm-up from a tier.</summary>
internal record struct WarmFromTally
{
    public int Fresh;
    public int Stale;
    public int AlreadyThere;
    public int StaleSkipped;
    public int Gone;
    public int Failed;
    public long Bytes;
}
