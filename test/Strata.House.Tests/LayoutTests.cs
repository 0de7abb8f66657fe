using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Strata.House.Tests.Repository;
using Xunit;

namespace Strata.House.Tests;

public sealed class LayoutTests
{
    private const int MaxDesignLines = 150;

    private static readonly HashSet<string> TopLevel = ["src", "test", "perf", "Cache.sln", "Directory.Packages.props", "nuget.config", "README.md"];

    [Fact]
    public void TopLevel_OfRepository_HoldsOnlyWhatTheCardAllows()
    {
        string[] names = [.. RepositoryFiles.All.Select(path => path.Split('/')[0]).Distinct()];
        Offences.AssertNone(names.Where(name => !TopLevel.Contains(name) && name[0] != '.'));
        Offences.AssertNone(TopLevel.Except(names));
    }

    [Fact]
    public void Projects_OfProduct_HaveReadmeAndDesign()
    {
        Offences.AssertNone(
            from project in ProjectFile.OfProduct
            from name in (string[])["README.md", "DESIGN.md"]
            let path = $"{project.Folder}/{name}"
            where !RepositoryFiles.All.Contains(path) || RepositoryFiles.Read(path).Length == 0
            select path);
    }

    [Fact]
    public void Designs_AreShort()
    {
        string[] designs = [.. RepositoryFiles.All.Where(path => Path.GetFileName(path) == "DESIGN.md")];
        Assert.NotEmpty(designs);
        Offences.AssertNone(designs.Where(path => File.ReadLines(RepositoryFiles.FullPath(path)).Count() > MaxDesignLines));
    }

    [Fact]
    public void Types_OfProduct_AreNotCalledCache()
    {
        string[] types = [.. RepositoryFiles.Under("src", ".cs").SelectMany(path => TypeNames(RepositoryFiles.Read(path)))];
        Assert.Contains("ByteStore", types);
        Assert.DoesNotContain("Cache", types);
    }

    [Fact]
    public void Namespaces_OfProduct_FollowFolders()
    {
        Offences.AssertNone(
            from path in RepositoryFiles.Under("src", ".cs")
            let expected = Path.GetDirectoryName(path)!.Replace('\\', '/')["src/".Length..].Replace('/', '.')
            from found in Parse(RepositoryFiles.Read(path)).DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
            // What the compiler looks for by its full name, and an old framework lacks, can only be there.
            where found.Name.ToString() != expected && !found.Name.ToString().StartsWith("System.", StringComparison.Ordinal)
            select $"{path}: {found.Name}");
    }

    [Fact]
    public void PublicMembers_OfPackages_MustBeDocumented()
    {
        // The compiler enforces it, as long as nobody tells it not to.
        Assert.Contains("<GenerateDocumentationFile>true</GenerateDocumentationFile>", RepositoryFiles.Read("src/Directory.Build.props"), StringComparison.Ordinal);
        Assert.Contains("<TreatWarningsAsErrors>true</TreatWarningsAsErrors>", RepositoryFiles.Read("src/Directory.Build.props"), StringComparison.Ordinal);
        Offences.AssertNone(RepositoryFiles.All.Where(path => path.StartsWith("src/", StringComparison.Ordinal) && RepositoryFiles.Read(path).Contains("CS1591", StringComparison.Ordinal)));
        Offences.AssertNone(
            from project in ProjectFile.OfProduct
            where project.IsPackable && RepositoryFiles.Read(project.Path) is var text
                && (text.Contains("StrataKind", StringComparison.Ordinal) || text.Contains("GenerateDocumentationFile", StringComparison.Ordinal))
            select project.Path);
    }

    private static IEnumerable<string> TypeNames(string source) =>
        Parse(source).DescendantNodes().Select(node => node switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            DelegateDeclarationSyntax type => type.Identifier.ValueText,
            _ => "",
        });

    private static Microsoft.CodeAnalysis.SyntaxNode Parse(string source) =>
        CSharpSyntaxTree.ParseText(source, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview)).GetRoot();
}
