using System.Xml.Linq;
using Strata.House.Tests.Repository;
using Xunit;

namespace Strata.House.Tests;

public sealed class HygieneTests
{
    private static readonly HashSet<string> Binary = [".gz", ".bin", ".png", ".ico", ".snk", ".db"];

    [Fact]
    public void Files_OfRepository_AreClean()
    {
        string[] files = [.. RepositoryFiles.All.Where(path => !Binary.Contains(Path.GetExtension(path)))];
        Assert.NotEmpty(files);
        Offences.AssertNone(
            from path in files
            from line in File.ReadLines(RepositoryFiles.FullPath(path)).Select((text, index) => (Text: text, Number: index + 1))
            let objection = Hygiene.Objection(line.Text)
            where objection is not null
            select $"{path}:{line.Number} {objection}: {line.Text.Trim()}");
    }

    // Put together at run time, so that this file passes the test above.
    [Theory]
    [InlineData("https://api.nuget", ".org/v3/")]
    [InlineData("https://example/v3/index", ".json")]
    [InlineData("cd /ho", "me/someone/strata")]
    [InlineData("\"/wor", "k/shared\"")]
    [InlineData("C:\\Us", "ers\\someone")]
    [InlineData("[Fact(Skip", " = \"later\")]")]
    [InlineData("Assert.", "Skip(reason)")]
    [InlineData("// TO", "DO: this")]
    [InlineData("throw new NotImplemented", "Exception();")]
    public void Objection_UncleanLine_IsRaised(string start, string end) => Assert.NotNull(Hygiene.Objection(start + end));

    [Theory]
    [InlineData("<ProjectReference Include=\"../home/Home.csproj\" />")]
    [InlineData("items.Skip(3)")]
    [InlineData("see src/home/Page.cs and https://example.com/home/page")]
    [InlineData("a todo list, method")]
    public void Objection_CleanLine_IsNone(string line) => Assert.Null(Hygiene.Objection(line));

    [Fact]
    public void NugetConfig_NamesNoSource()
    {
        XElement configuration = XDocument.Parse(RepositoryFiles.Read("nuget.config")).Root!;
        Assert.Equal("configuration", configuration.Name.LocalName);
        Assert.DoesNotContain(configuration.Descendants().Attributes(), attribute => attribute.Value.Contains("://", StringComparison.Ordinal));
        Assert.Empty(configuration.Descendants("clear"));
    }

    [Fact]
    public void Versions_OfPackages_AreCentral()
    {
        Offences.AssertNone(
            from project in ProjectFile.All
            from reference in XDocument.Parse(RepositoryFiles.Read(project.Path)).Descendants("PackageReference")
            where reference.Attribute("Version") is not null
            select $"{project.Path}: {(string?)reference.Attribute("Include")}");
    }
}
