using Strata.Engine.Memory;

namespace Strata.Engine.Tests.Memory;

/// <summary>A pool of small pages in a region of its own.</summary>
internal sealed class PoolUnderTest : IDisposable
{
    public const int PageBytes = 8192;

    /// <summary>Tables of addresses, each for all pages.</summary>
    private const int TableCount = 2;

    private readonly NativeRegion _region;

    public PoolUnderTest(int pageCount, bool poisons = true)
    {
        long tableBytes = TableCount * (long)pageCount * sizeof(ulong);
        _region = NativeRegion.Rent(PagePool.RegionBytes(PageBytes, pageCount, tableBytes), PagePool.KeptBytes(tableBytes));
        Pool = new PagePool(_region, PageBytes, pageCount, tableBytes, poisons);
        Pool.SetBudget((long)pageCount * (PageBytes + PagePool.PageMetadataBytes));
    }

    public PagePool Pool { get; }

    public unsafe byte* Start => _region.Start;

    /// <summary>Makes a chain of pages.</summary>
    public unsafe void Link(int[] pages)
    {
        for (int i = 1; i < pages.Length; i++)
            Pool.Infos[pages[i - 1]].Next = pages[i];
    }

    public void Dispose() => _region.Release();
}
