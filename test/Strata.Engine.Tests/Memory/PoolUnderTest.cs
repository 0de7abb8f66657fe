using Strata.Engine.Memory;

namespace Strata.Engine.Tests.Memory;

/// <summary>A pool of small pages in a region of its own.</summary>
internal sealed class PoolUnderTest : IDisposable
{
    public const int PageBytes = 8192;

    private readonly NativeRegion _region;

    public PoolUnderTest(int pageCount)
    {
        _region = NativeRegion.Rent(PagePool.RegionBytes(PageBytes, pageCount));
        Pool = new PagePool(_region, PageBytes, pageCount);
    }

    public PagePool Pool { get; }

    public void Dispose() => _region.Release();
}
