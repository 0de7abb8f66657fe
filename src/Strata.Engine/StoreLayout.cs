using System.Numerics;
using Strata.Engine.Eviction;
using Strata.Engine.Expiry;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <summary>How a capacity is divided: the number of stripes, the length of a slab and the number of pages.</summary>
/// <param name="StripeCount">A power of two.</param>
/// <param name="SlabBytes">A power of two; the length of every page.</param>
/// <param name="PageCount">The pages that the capacity pays for, after all metadata.</param>
/// <param name="IndexPageLimit">The pages that one stripe's index may take.</param>
/// <param name="MetadataBytes">What is taken beside the region: roots, tables, wheels, counters.</param>
internal readonly record struct StoreLayout(int StripeCount, int SlabBytes, int PageCount, int IndexPageLimit, long MetadataBytes)
{
    public const int MinSlabBytes = 8 << 10;
    public const int MaxSlabBytes = 1 << 20;
    public const int MaxStripes = 256;

    /// <summary>With fewer slabs a stripe's open slabs and reserve would weigh too much.</summary>
    private const int SlabsPerStripe = 1024;

    /// <summary>With fewer slabs, where the capacity is small, a stripe's eviction would be coarse: there are fewer stripes instead.</summary>
    private const int FewestSlabsPerStripe = 256;

    // The managed objects of a stripe, rounded up.
    private const int StripeObjectBytes = 2048;

    public static StoreLayout For(ByteStoreOptions options)
    {
        long capacity = options.CapacityBytes;
        int stripes = options.StripeCount != 0 ? options.StripeCount : ChooseStripes(capacity);
        long slab = options.SlabBytes != 0
            ? options.SlabBytes
            : Math.Clamp(1L << BitOperations.Log2((ulong)(capacity / stripes / SlabsPerStripe)), MinSlabBytes, MaxSlabBytes);
        int pages = (int)((capacity - ThreadCounters.LengthBytes) / slab);
        while (true)
        {
            int limit = stripes == 1 ? pages : Math.Min(pages, pages / stripes * 2);
            long metadata = ThreadCounters.LengthBytes + stripes * (IndexRoot.RootBytes + TtlWheel.LengthBytes + StripeObjectBytes + 3L * sizeof(long) * limit);
            if (PagePool.RegionBytes((int)slab, pages) + metadata <= capacity)
                return new StoreLayout(stripes, (int)slab, pages, limit, metadata);
            pages--;
        }
    }

    // Four for each processor, so that two writers seldom meet; more where a stripe would get too large for its links, fewer where too small.
    private static int ChooseStripes(long capacity)
    {
        long byProcessors = BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 4);
        long bySize = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, capacity >> 32));
        long most = 1L << BitOperations.Log2((ulong)Math.Max(1, capacity / (FewestSlabsPerStripe * (long)MinSlabBytes)));
        return (int)Math.Min(MaxStripes, Math.Min(Math.Max(byProcessors, bySize), most));
    }
}
