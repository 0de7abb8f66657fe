using Strata.Demo.Catalogue;
using Xunit;

namespace Strata.Demo.Tests.Catalogue;

public sealed class CatalogueDatabaseTests
{
    [Fact]
    public void OpenOrBuild_SecondTime_FindsTheSameFile()
    {
        using var catalogue = new SmallCatalogue();
        Assert.True(catalogue.WasBuilt);

        CatalogueDatabase again = catalogue.Open();

        Assert.False(catalogue.WasBuilt);
        Assert.Equal(catalogue.Database.Path, again.Path);
        Assert.Single(Directory.GetFiles(catalogue.Folder));
    }

    [Fact]
    public void OpenOrBuild_DamagedFile_IsBuiltAgain()
    {
        using var catalogue = new SmallCatalogue();
        File.WriteAllText(catalogue.Database.Path, "this is not a database, but it is longer than the header of one would be, which has a hundred bytes");

        catalogue.Open();

        Assert.True(catalogue.WasBuilt);
    }

    [Fact]
    public void OpenOrBuild_SameSeed_MakesTheSameBytes()
    {
        using var one = new SmallCatalogue();
        using var other = new SmallCatalogue();

        Assert.Equal(File.ReadAllBytes(one.Database.Path), File.ReadAllBytes(other.Database.Path));
    }
}
