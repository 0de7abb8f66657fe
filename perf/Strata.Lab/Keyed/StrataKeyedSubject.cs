namespace Strata.Lab.Keyed;

/// <summary>A cache with room for all entries, its eviction, expiry and statistics on.</summary>
internal abstract class StrataKeyedSubject(int entries) : KeyedSubject
{
    protected TieredCache Cache { get; } = new(new TieredCacheOptions { CapacityBytes = (entries * 96L) + (4L << 20), DefaultTtl = TimeSpan.FromHours(1) });

    public override void Fill(int entries)
    {
        for (int index = 0; index < entries; index++)
            Cache.Set(PriceKeys.Of(Tenant(index), index), PriceOf(index));
    }

    public override void Dispose() => Cache.Dispose();
}
