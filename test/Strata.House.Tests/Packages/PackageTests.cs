using System.IO.Compression;
using System.Xml.Linq;
using Strata.House.Tests.Repository;
using Xunit;

namespace Strata.House.Tests.Packages;

public sealed class PackageTests(PackedProducts packed) : IClassFixture<PackedProducts>
{
    public static TheoryData<string> Products() => [.. ProjectFile.OfProduct.Where(project => project.IsPackable).Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Products))]
    public void Pack_Product_HoldsAssemblyDocumentationAndReadme(string product)
    {
        using ZipArchive package = Open($"{product}.*.nupkg");
        string[] files = [.. package.Entries.Select(entry => entry.FullName)];

        Assert.Contains("README.md", files);
        Assert.Contains(files, file => file.StartsWith("lib/net", StringComparison.Ordinal) && file.EndsWith($"/{product}.dll", StringComparison.Ordinal));
        Assert.Contains(files, file => file.StartsWith("lib/net", StringComparison.Ordinal) && file.EndsWith($"/{product}.xml", StringComparison.Ordinal));
        XElement metadata = XDocument.Load(package.GetEntry($"{product}.nuspec")!.Open()).Root!.Elements().First();
        string Value(string name) => metadata.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value ?? "";
        Assert.Equal(product, Value("id"));
        Assert.Equal("README.md", Value("readme"));
        Assert.Equal("MIT", Value("license"));
        Assert.NotEqual("Package Description", Value("description"));
        Assert.NotEqual("", Value("description"));
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Pack_Product_ComesWithSymbols(string product)
    {
        using ZipArchive symbols = Open($"{product}.*.snupkg");
        Assert.Contains(symbols.Entries, entry => entry.Name == $"{product}.pdb");
    }

    [Theory]
    [InlineData("Strata.Generators.dll")]
    [InlineData("Strata.CodeFixes.dll")]
    public void Pack_Strata_CarriesWhatWorksInTheCompiler(string assembly)
    {
        using ZipArchive package = Open("Strata.*.nupkg");
        Assert.NotNull(package.GetEntry($"analyzers/dotnet/cs/{assembly}"));
    }

    [Fact]
    public async Task Install_InAnotherProject_RunsTheSample()
    {
        string folder = Directory.CreateTempSubdirectory("strata-user-").FullName;
        try
        {
            WriteUserProject(folder);
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            await DotnetCommand.RunAsync(folder, cancellation, "build", "--nologo", "-v", "quiet", "-o", "out");
            string output = await DotnetCommand.RunAsync(folder, cancellation, "exec", Path.Combine("out", "User.dll"));

            Assert.Equal("kept", output.Trim());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// A project that knows Strata from its packages alone. They are unpacked into a folder of its own, so that no former build of the same version is
    /// found; what else they need is taken from where the machine keeps its packages.
    /// </summary>
    private void WriteUserProject(string folder)
    {
        XElement Property(string name, string value) => new(name, value);
        var project = new XElement(
            "Project",
            new XAttribute("Sdk", "Microsoft.NET.Sdk"),
            new XElement(
                "PropertyGroup",
                Property("OutputType", "Exe"), Property("TargetFramework", "net10.0"), Property("Nullable", "enable"), Property("ImplicitUsings", "enable"),
                Property("NoWarn", "NU1603"), Property("RestoreAdditionalProjectSources", packed.Folder), Property("RestorePackagesPath", Path.Combine(folder, "packages")),
                Property("RestoreFallbackFolders", RepositoryFiles.BuildValue("PackageRoot"))),
            new XElement("ItemGroup", new XElement("PackageReference", new XAttribute("Include", "Strata"), new XAttribute("Version", VersionOf("Strata")))));
        project.Save(Path.Combine(folder, "User.csproj"));
        File.WriteAllText(
            Path.Combine(folder, "Program.cs"),
            """
            using Strata;

            using var cache = new TieredCache(new TieredCacheOptions { CapacityBytes = 1 << 20 });
            cache.Set("greeting", "kept", TimeSpan.FromMinutes(1));
            Console.WriteLine(cache.TryGet(Keys.Text("greeting"), out string? text) ? text : "lost");

            internal static partial class Keys
            {
                [CacheKey("{name}")]
                public static partial CacheKey<string> Text(string name);
            }
            """);
    }

    private string VersionOf(string product) =>
        Path.GetFileNameWithoutExtension(Directory.GetFiles(packed.Folder, $"{product}.*.nupkg").Select(Path.GetFileName).First(name => char.IsAsciiDigit(name![product.Length + 1])))![(product.Length + 1)..];

    private ZipArchive Open(string pattern)
    {
        string product = pattern[..pattern.IndexOf(".*", StringComparison.Ordinal)];
        // "Strata.*" matches the packages of every other product too; what follows the name has to be a version.
        string path = Assert.Single(Directory.GetFiles(packed.Folder, pattern), path => char.IsAsciiDigit(Path.GetFileName(path)[product.Length + 1]));
        return ZipFile.OpenRead(path);
    }
}
