using Microsoft.Data.Sqlite;

namespace Strata.Demo.Shop;

/// <summary>
/// One connection with its statements prepared, for one caller at a time. The database is given what makes it quick (memory mapping,
/// covering order, no parsing for each query), so that the comparison with the cache is a fair one.
/// </summary>
internal sealed class CatalogueReader : IDisposable
{
    private const int SearchLength = 20;
    private const int CategoryLength = 24;

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _product;
    private readonly SqliteCommand _search;
    private readonly SqliteCommand _category;

    public CatalogueReader(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        Prepare("PRAGMA mmap_size = 1073741824; PRAGMA cache_size = -8192;").ExecuteNonQuery();
        _product = Prepare(
            """
            SELECT p.sku, p.name, p.description, p.price_cents, b.name, c.name, d.name,
                   (SELECT sum(quantity) FROM stock WHERE product_id = p.id), count(r.stars), coalesce(avg(r.stars), 0)
            FROM product p
            JOIN brand b ON b.id = p.brand_id
            JOIN category c ON c.id = p.category_id
            JOIN department d ON d.id = c.department_id
            LEFT JOIN review r ON r.product_id = p.id
            WHERE p.id = $id
            GROUP BY p.id
            """,
            "$id");
        _search = Prepare(
            """
            SELECT p.id, p.name, b.name, p.price_cents, (SELECT sum(quantity) FROM stock WHERE product_id = p.id)
            FROM (SELECT rowid AS id, rank FROM product_text WHERE product_text MATCH $phrase ORDER BY rank LIMIT $limit) found
            JOIN product p ON p.id = found.id
            JOIN brand b ON b.id = p.brand_id
            ORDER BY found.rank
            """,
            "$phrase", "$limit");
        // The list is joined from the left, so that a page past the end of the list still has its heading.
        _category = Prepare(
            """
            SELECT c.name, d.name, (SELECT count(*) FROM product WHERE category_id = $id), p.id, p.name, b.name, p.price_cents,
                   (SELECT sum(quantity) FROM stock WHERE product_id = p.id)
            FROM category c
            JOIN department d ON d.id = c.department_id
            LEFT JOIN (SELECT * FROM product WHERE category_id = $id ORDER BY popularity DESC LIMIT $limit OFFSET $offset) p
            LEFT JOIN brand b ON b.id = p.brand_id
            WHERE c.id = $id
            ORDER BY p.popularity DESC
            """,
            "$id", "$limit", "$offset");
    }

    public ProductPage ReadProduct(int id)
    {
        using SqliteDataReader row = Run(_product, id);
        if (!row.Read())
            throw new KeyNotFoundException($"There is no product {id}.");
        return new ProductPage(
            id, row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.GetString(5), row.GetString(6),
            row.GetInt32(7), row.GetInt32(8), row.GetDouble(9));
    }

    public SearchPage Search(string phrase)
    {
        // Each word in quotes: what a visitor types is never an operator of the query language.
        string match = string.Join(' ', phrase.Split(' ').Select(word => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
        using SqliteDataReader rows = Run(_search, match, SearchLength);
        var products = new List<ProductLine>();
        while (rows.Read())
            products.Add(ReadLine(rows, 0));
        return new SearchPage(phrase, products);
    }

    public CategoryPage ReadCategory(int id, int pageNumber)
    {
        using SqliteDataReader rows = Run(_category, id, CategoryLength, (pageNumber - 1) * CategoryLength);
        if (!rows.Read())
            throw new KeyNotFoundException($"There is no category {id}.");
        var (name, department, productCount) = (rows.GetString(0), rows.GetString(1), rows.GetInt32(2));
        var products = new List<ProductLine>();
        do
        {
            if (!rows.IsDBNull(3))
                products.Add(ReadLine(rows, 3));
        }
        while (rows.Read());
        return new CategoryPage(id, name, department, pageNumber, productCount, products);
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in (ReadOnlySpan<SqliteCommand>)[_product, _search, _category])
            command.Dispose();
        _connection.Dispose();
    }

    private static ProductLine ReadLine(SqliteDataReader row, int column) =>
        new(row.GetInt32(column), row.GetString(column + 1), row.GetString(column + 2), row.GetInt32(column + 3), row.GetInt32(column + 4) > 0);

    private static SqliteDataReader Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        return command.ExecuteReader();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
