using System.Text;
using Microsoft.Data.Sqlite;
using Strata.Demo.Traffic;

namespace Strata.Demo.Catalogue;

/// <summary>Fills a new database with a catalogue that depends on nothing but the number of products and the seed.</summary>
internal sealed class CatalogueBuilder(SqliteConnection connection, int productCount, int seed)
{
    private const int WarehouseCount = 2;
    private const int MaxReviews = 6;
    private const int ReportEvery = 5_000;

    private SplitMix _random = new((ulong)seed);

    /// <summary>Creates and fills every table.</summary>
    /// <param name="progress">Told the share of the work that is done, from 0 to 1.</param>
    public void Build(IProgress<double> progress)
    {
        // A catalogue that is lost half-way is built again, so the file needs no protection while it is built.
        Execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -131072;");
        using SqliteTransaction transaction = connection.BeginTransaction();
        Execute(CatalogueSchema.Tables);
        InsertNames("brand", Vocabulary.BrandCount, Vocabulary.Brand);
        InsertNames("department", Vocabulary.DepartmentCount, Vocabulary.Department);
        InsertCategories();
        InsertProducts(progress);
        Execute(CatalogueSchema.Indices);
        transaction.Commit();
        progress.Report(1);
    }

    private void InsertNames(string table, int count, Func<int, string> name)
    {
        using var insert = new RowInserter(connection, table, "id", "name");
        for (int i = 0; i < count; i++)
            insert.Add(i + 1, name(i));
    }

    private void InsertCategories()
    {
        using var insert = new RowInserter(connection, "category", "id", "name", "department_id");
        for (int i = 0; i < Vocabulary.CategoryCount; i++)
            insert.Add(i + 1, Vocabulary.Category(i), 1 + Vocabulary.ThingOfCategory(i) % Vocabulary.DepartmentCount);
    }

    private void InsertProducts(IProgress<double> progress)
    {
        using var products = new RowInserter(
            connection, "product", "id", "sku", "name", "description", "price_cents", "popularity", "brand_id", "category_id");
        using var stock = new RowInserter(connection, "stock", "product_id", "warehouse", "quantity");
        using var reviews = new RowInserter(connection, "review", "product_id", "number", "stars");
        var text = new StringBuilder();
        for (int id = 1; id <= productCount; id++)
        {
            int brand = _random.Next(Vocabulary.BrandCount);
            int category = _random.Next(Vocabulary.CategoryCount);
            string quality = Vocabulary.Quality(_random.Next(int.MaxValue));
            string material = Vocabulary.Material(_random.Next(int.MaxValue));
            string thing = Vocabulary.Thing(Vocabulary.ThingOfCategory(category));
            products.Add(
                id, $"SKU-{id:D7}", $"{Vocabulary.Brand(brand)} {quality} {material} {thing}", Describe(text, thing, material),
                499 + _random.Next(40_000), _random.Next(1_000_000), brand + 1, category + 1);

            for (int warehouse = 1; warehouse <= WarehouseCount; warehouse++)
                stock.Add(id, warehouse, _random.Next(40));
            int reviewCount = _random.Next(MaxReviews + 1);
            for (int number = 1; number <= reviewCount; number++)
                reviews.Add(id, number, Math.Min(5, 2 + _random.Next(5)));

            // The last quarter is left for the indices.
            if (id % ReportEvery == 0)
                progress.Report(0.75 * id / productCount);
        }
    }

    private string Describe(StringBuilder text, string thing, string material)
    {
        text.Clear().Append("A ").Append(thing).Append(" of ").Append(material).Append('.');
        int sentenceCount = 4 + _random.Next(5);
        for (int i = 0; i < sentenceCount; i++)
            text.Append(' ').Append(Vocabulary.Sentence(_random.Next(int.MaxValue)));
        return text.ToString();
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
