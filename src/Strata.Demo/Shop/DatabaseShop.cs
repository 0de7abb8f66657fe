using System.Collections.Concurrent;
using Strata.Demo.Catalogue;

namespace Strata.Demo.Shop;

/// <summary>The shop straight on its database. Safe for any number of callers: each query borrows a reader.</summary>
internal sealed class DatabaseShop(CatalogueDatabase database) : IShop, IDisposable
{
    private readonly ConcurrentBag<CatalogueReader> _idle = [];
    private long _queryCount;

    /// <summary>Queries sent to the database so far.</summary>
    public long QueryCount => Interlocked.Read(ref _queryCount);

    public ValueTask<ProductPage> GetProductAsync(int id, CancellationToken cancellation) =>
        ValueTask.FromResult(Query(id, static (reader, id) => reader.ReadProduct(id), cancellation));

    public ValueTask<SearchPage> SearchAsync(string phrase, CancellationToken cancellation) =>
        ValueTask.FromResult(Query(phrase, static (reader, phrase) => reader.Search(phrase), cancellation));

    public ValueTask<CategoryPage> GetCategoryAsync(int id, int pageNumber, CancellationToken cancellation) =>
        ValueTask.FromResult(Query((id, pageNumber), static (reader, page) => reader.ReadCategory(page.id, page.pageNumber), cancellation));

    public void Dispose()
    {
        while (_idle.TryTake(out CatalogueReader? reader))
            reader.Dispose();
    }

    private TPage Query<TState, TPage>(TState state, Func<CatalogueReader, TState, TPage> query, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _queryCount);
        if (!_idle.TryTake(out CatalogueReader? reader))
            reader = new CatalogueReader(database.ReaderConnectionString);
        try
        {
            return query(reader, state);
        }
        finally
        {
            _idle.Add(reader);
        }
    }
}
