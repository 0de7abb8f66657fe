using System.Numerics;
using Strata.Engine.Eviction;
using Strata.Engine.Expiry;
using Strata.Engine.Insight;
using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Removals;
using Strata.Engine.Stripes;

namespace Strata.Engine;

/// <summary>How a store is divided, for its first capacity and for all it may have later: the number of stripes, the length of a slab and the number of pages.</summary>
/// <param name="StripeCount">A power of two.</param>
/// <param name="SlabBytes">A power of two; the length of every page.</param>
/// <param name="PageCount">The pages that the largest capacity pays for, after all metadata.</param>
/// <param name="TablePageLimit">The pages that one table of one stripe has room for.</param>
/// <param name="MetadataBytes">What is taken whatever the number of pages: roots, wheels, counters, queues of removals, insight, and the system's pages in which tables begin.</param>
/// <param name="FewestPages">The pages of the smallest capacity.</param>
internal readonly record struct StoreLayout(int StripeCount, int SlabBytes, int PageCount, int TablePageLimit, long MetadataBytes, int FewestPages)
{
    public const int MinSlabBytes = 8 << 10;
    public const int MaxSlabBytes = 1 << 20;
    public const int MaxStripes = 256;

    /// <summary>With fewer slabs a stripe's open slabs and reserve would weigh too much.</summary>
    private const int SlabsPerStripe = 1024;

    /// <summary>
    /// With fewer slabs, where the first capacity is small, a stripe's eviction would be coarse: there are fewer stripes instead, and no larger slabs for the sake of the
    /// largest capacity.
    /// </summary>
    private const int FewestSlabsPerStripe = 256;

    /// <summary>The fewest pages with which a stripe can work: its index, its ghost, its reserve, two open slabs, and as much again.</summary>
    private const int FewestPagesPerStripe = 16;

    // The managed objects of a stripe, rounded up.
    private const int StripeObjectBytes = 2048;

    // A table takes so much with its first page, or all of it if it is shorter.
    private const int TouchBytes = 4096;

    /// <summary>The bytes of all tables, where every page has its place: mostly address space.</summary>
    public long TableBytes => (long)StripeCount * Stripe.TableCount * TablePageLimit * sizeof(ulong);

    public static StoreLayout For(ByteStoreOptions options)
    {
        long first = options.CapacityBytes;
        long most = Math.Max(first, options.MaxCapacityBytes);
        int stripes = options.StripeCount != 0 ? options.StripeCount : ChooseStripes(first, most);
        int slab = options.SlabBytes != 0 ? options.SlabBytes : ChooseSlab(first / stripes, most / stripes);
        int pages = (int)Math.Min(most / (slab + PagePool.PageMetadataBytes), AddressablePages(slab));
        int limit = stripes == 1 ? pages : Math.Min(pages, pages / stripes * 2);
        long tables = Math.Min((long)limit * sizeof(ulong), TouchBytes) * stripes * Stripe.TableCount;
        long duel = options.EvictionMode == EvictionMode.Adaptive ? ModeDuel.LengthBytes(first) : 0;
        long metadata = ThreadCounters.LengthBytes + HotKeys.LengthBytes + MiniatureCaches.LengthBytes(MiniatureCaches.KeysFor(options)) + duel + tables
            + (long)stripes * (IndexRoot.RootBytes + TtlWheel.LengthBytes + StripeObjectBytes + RemovalQueue.LengthFor(options, stripes));
        int fewest = (int)Math.Min((long)stripes * FewestPagesPerStripe, PagePool.PagesOf(first - metadata, slab, 0));
        return new StoreLayout(stripes, slab, (int)Math.Min(pages, PagePool.PagesOf(most - metadata, slab, 0)), limit, metadata, fewest);
    }

    /// <summary>What the store takes with so many pages in use, when so many were ever used.</summary>
    public long UsedBytes(int usedPages, int touchedPages) =>
        MetadataBytes + (long)touchedPages * PagePool.PageMetadataBytes + (long)usedPages * SlabBytes;

    /// <summary>The smallest capacity when so many pages were ever used.</summary>
    public long LeastCapacityBytes(int touchedPages) =>
        Math.Max(ByteStoreOptions.MinCapacityBytes, UsedBytes(FewestPages, Math.Max(FewestPages, touchedPages)));

    // Four for each processor, so that two writers seldom meet; more where a stripe would get too large for its links, fewer where too small.
    private static int ChooseStripes(long first, long most)
    {
        long byProcessors = BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount * 4);
        long bySize = (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, most >> 32));
        long bound = 1L << BitOperations.Log2((ulong)Math.Max(1, first / (FewestSlabsPerStripe * (long)MinSlabBytes)));
        return (int)Math.Min(MaxStripes, Math.Min(Math.Max(byProcessors, bySize), bound));
    }

    private static int ChooseSlab(long firstOfStripe, long mostOfStripe)
    {
        long wanted = Math.Max(firstOfStripe / SlabsPerStripe, Math.Min(firstOfStripe / FewestSlabsPerStripe, mostOfStripe / SlabsPerStripe));
        return (int)Math.Clamp(1L << BitOperations.Log2((ulong)wanted), MinSlabBytes, MaxSlabBytes);
    }

    // A location reaches 1 TiB from the region's start: a page's info, its places in the tables of all stripes, and the page itself.
    private static long AddressablePages(int slabBytes) =>
        (ByteStoreOptions.LimitCapacityBytes - 2 * NativeRegion.HugePageBytes) / (slabBytes + PagePool.InfoAndTimeBytes + 2 * Stripe.TableCount * sizeof(ulong));
}
