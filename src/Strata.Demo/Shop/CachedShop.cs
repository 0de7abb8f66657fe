using System.Buffers;

namespace Strata.Demo.Shop;

/// <summary>
/// The shop with a cache in front. Each page is one call: the key is written straight into a buffer on the stack, the state reaches the
/// factory without a closure, a page that is kept is copied from native memory into the response without an object on the way, and
/// visitors who ask for a missing page together wait for one query.
/// </summary>
internal sealed class CachedShop(IShop inner, TieredCache cache) : IShop
{
    // Stock changes by the minute, the order of a category by the hour.
    private static readonly TimeSpan ProductTtl = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan SearchTtl = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CategoryTtl = TimeSpan.FromMinutes(30);

    public ValueTask WriteProductAsync(int id, IBufferWriter<byte> response, CancellationToken cancellation) => cache.GetOrAddAsync(
        $"product:{id}",
        response,
        (inner, id),
        static (state, page, load) => state.inner.WriteProductAsync(state.id, page, load.CancellationToken),
        ProductTtl,
        cancellation);

    public ValueTask WriteSearchAsync(string phrase, IBufferWriter<byte> response, CancellationToken cancellation) => cache.GetOrAddAsync(
        $"search:{phrase}",
        response,
        (inner, phrase),
        static (state, page, load) => state.inner.WriteSearchAsync(state.phrase, page, load.CancellationToken),
        SearchTtl,
        cancellation);

    public ValueTask WriteCategoryAsync(int id, int pageNumber, IBufferWriter<byte> response, CancellationToken cancellation) => cache.GetOrAddAsync(
        $"category:{id}:{pageNumber}",
        response,
        (inner, id, pageNumber),
        static (state, page, load) => state.inner.WriteCategoryAsync(state.id, state.pageNumber, page, load.CancellationToken),
        CategoryTtl,
        cancellation);
}
