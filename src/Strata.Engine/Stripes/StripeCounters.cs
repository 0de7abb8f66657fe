namespace Strata.Engine.Stripes;

/// <summary>What a stripe counts under its lock.</summary>
internal struct StripeCounters
{
    public long Writes;
    public long Removals;
    public long Evictions;
    public long Expirations;
    public long WrittenBytes;
    public long CopiedByEvictionBytes;
    public long CopiedByExpiryBytes;
    public long CopiedByCompactionBytes;
    public long SlabBytes;
    public long ExpiredBytes;
    public long Entries;
    public long LiveBytes;
    public long IndexPages;
    public long LongChains;
    public long Rehashes;

    public void Add(in StripeCounters other)
    {
        Writes += other.Writes;
        Removals += other.Removals;
        Evictions += other.Evictions;
        Expirations += other.Expirations;
        WrittenBytes += other.WrittenBytes;
        CopiedByEvictionBytes += other.CopiedByEvictionBytes;
        CopiedByExpiryBytes += other.CopiedByExpiryBytes;
        CopiedByCompactionBytes += other.CopiedByCompactionBytes;
        SlabBytes += other.SlabBytes;
        ExpiredBytes += other.ExpiredBytes;
        Entries += other.Entries;
        LiveBytes += other.LiveBytes;
        IndexPages += other.IndexPages;
        LongChains += other.LongChains;
        Rehashes += other.Rehashes;
    }
}
