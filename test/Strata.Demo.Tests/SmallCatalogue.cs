using Strata.Demo.Catalogue;
using Strata.Demo.Measuring;

namespace Strata.Demo.Tests;

/// <summary>A catalogue of 1,000 products in a temporary folder, made once for the tests of a class.</summary>
public sealed class SmallCatalogue : IDisposable
{
    public const int ProductCount = 1_000;

    public SmallCatalogue() => Database = Open();

    public string Folder { get; } = Directory.CreateTempSubdirectory("strata-demo-tests-").FullName;

    internal CatalogueDatabase Database { get; }

    /// <summary>Whether the catalogue was built, not found, by the last <see cref="Open"/>.</summary>
    public bool WasBuilt { get; private set; }

    internal CatalogueDatabase Open()
    {
        WasBuilt = false;
        return CatalogueDatabase.OpenOrBuild(Folder, ProductCount, seed: 1, new SynchronousProgress(_ => WasBuilt = true));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
