using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Strata.Demo.Catalogue;

/// <summary>The file of the catalogue: found, or built when it is not there yet.</summary>
internal sealed class CatalogueDatabase
{
    private CatalogueDatabase(string path) => Path = path;

    public string Path { get; }

    /// <summary>The connection string of readers.</summary>
    public string ReaderConnectionString =>
        new SqliteConnectionStringBuilder { DataSource = Path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();

    /// <summary>The folder of databases when none is given: one of the system's temporary files.</summary>
    public static string DefaultFolder => System.IO.Path.Combine(System.IO.Path.GetTempPath(), "strata-demo");

    /// <summary>Opens the catalogue of this size and seed, and builds it first when there is none.</summary>
    public static CatalogueDatabase OpenOrBuild(string folder, int productCount, int seed, IProgress<double> progress)
    {
        Directory.CreateDirectory(folder);
        string path = System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"catalogue-{productCount}-{seed}.db"));
        if (!IsComplete(path))
            Build(path, productCount, seed, progress);
        return new CatalogueDatabase(path);
    }

    /// <summary>Builds beside the final name and renames: two programs that start together never read each other's half.</summary>
    private static void Build(string path, int productCount, int seed, IProgress<double> progress)
    {
        string unfinished = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}.tmp");
        try
        {
            File.Delete(unfinished);
            var settings = new SqliteConnectionStringBuilder { DataSource = unfinished, Pooling = false };
            using (var connection = new SqliteConnection(settings.ToString()))
            {
                connection.Open();
                new CatalogueBuilder(connection, productCount, seed).Build(progress);
                using SqliteCommand mark = connection.CreateCommand();
                mark.CommandText = string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {CatalogueSchema.Version}");
                mark.ExecuteNonQuery();
            }

            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>The version is written last, so a file that carries it is whole.</summary>
    private static bool IsComplete(string path)
    {
        if (!File.Exists(path))
            return false;
        try
        {
            var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
            using var connection = new SqliteConnection(settings.ToString());
            connection.Open();
            using SqliteCommand query = connection.CreateCommand();
            query.CommandText = "PRAGMA user_version";
            return query.ExecuteScalar() is long version && version == CatalogueSchema.Version;
        }
        catch (SqliteException)
        {
            return false;
        }
    }
}
