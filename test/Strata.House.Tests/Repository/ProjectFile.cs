using System.Xml.Linq;

namespace Strata.House.Tests.Repository;

/// <summary>A project of the repository, as its file describes it.</summary>
internal sealed class ProjectFile
{
    private readonly XDocument _document;

    private ProjectFile(string path)
    {
        Path = path;
        _document = XDocument.Parse(RepositoryFiles.Read(path));
    }

    /// <summary>The path relative to the root, with slashes.</summary>
    public string Path { get; }

    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>The folder of the project, relative to the root.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>The top-level folder: src, test or perf.</summary>
    public string Area => Path[..Path.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Whether a package is made of it: every project of src that does not say otherwise.</summary>
    public bool IsPackable => Area == "src" && !_document.Descendants("IsPackable").Any(element => element.Value == "false");

    /// <summary>The projects referred to, as paths relative to the root. Generators, which run in the compiler, are not among them.</summary>
    public IEnumerable<string> References =>
        from reference in _document.Descendants("ProjectReference")
        where (string?)reference.Attribute("OutputItemType") != "Analyzer"
        let path = ((string)reference.Attribute("Include")!).Replace('\\', '/')
        let full = System.IO.Path.GetFullPath(System.IO.Path.Combine(RepositoryFiles.Root, Folder, path))
        select System.IO.Path.GetRelativePath(RepositoryFiles.Root, full).Replace('\\', '/');

    public static IReadOnlyList<ProjectFile> All { get; } =
        [.. RepositoryFiles.All.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Select(path => new ProjectFile(path))];

    public static IEnumerable<ProjectFile> OfProduct => All.Where(project => project.Area == "src");
}
