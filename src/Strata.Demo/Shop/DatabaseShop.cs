using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Strata.Demo.Catalogue;

namespace Strata.Demo.Shop;

/// <summary>The shop straight on its database. Safe for any number of callers: each borrows a connection.</summary>
internal sealed class DatabaseShop(CatalogueDatabase database) : IShop, IDisposable
{
    private readonly ConcurrentBag<(CatalogueReader Reader, Utf8JsonWriter Json)> _idle = [];
    private long _queryCount;

    /// <summary>Queries sent to the database so far.</summary>
    public long QueryCount => Interlocked.Read(ref _queryCount);

    public ValueTask WriteProductAsync(int id, IBufferWriter<byte> response, CancellationToken cancellation) =>
        Answer(id, static (reader, id) => reader.ReadProduct(id), ShopJson.Default.ProductPage, response, cancellation);

    public ValueTask WriteSearchAsync(string phrase, IBufferWriter<byte> response, CancellationToken cancellation) =>
        Answer(phrase, static (reader, phrase) => reader.Search(phrase), ShopJson.Default.SearchPage, response, cancellation);

    public ValueTask WriteCategoryAsync(int id, int pageNumber, IBufferWriter<byte> response, CancellationToken cancellation) => Answer(
        (id, pageNumber), static (reader, page) => reader.ReadCategory(page.id, page.pageNumber), ShopJson.Default.CategoryPage, response, cancellation);

    public void Dispose()
    {
        while (_idle.TryTake(out (CatalogueReader Reader, Utf8JsonWriter Json) desk))
        {
            desk.Json.Dispose();
            desk.Reader.Dispose();
        }
    }

    // SQLite works on the calling thread; a server's client would be awaited here.
    private ValueTask Answer<TState, TPage>(
        TState state, Func<CatalogueReader, TState, TPage> query, JsonTypeInfo<TPage> type, IBufferWriter<byte> response, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _queryCount);
        if (!_idle.TryTake(out (CatalogueReader Reader, Utf8JsonWriter Json) desk))
            desk = (new CatalogueReader(database.ReaderConnectionString), new Utf8JsonWriter(Stream.Null));
        try
        {
            TPage page = query(desk.Reader, state);
            desk.Json.Reset(response);
            JsonSerializer.Serialize(desk.Json, page, type);
            desk.Json.Flush();
        }
        finally
        {
            // Half a page of a call that failed must not reach the next response.
            desk.Json.Reset(Stream.Null);
            _idle.Add(desk);
        }

        return ValueTask.CompletedTask;
    }
}
