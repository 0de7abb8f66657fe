using System.Diagnostics;
using System.Reflection;

namespace Strata.House.Tests.Repository;

/// <summary>The files of the repository: those that git has or would take, or, in a copy without git, all but what builds leave behind.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] LeftByBuilds = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", ".git", ".vs", ".idea"];

    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to <see cref="Root"/>, with slashes.</summary>
    public static IReadOnlyList<string> All { get; } = List();

    public static IEnumerable<string> Under(string folder, string extension) =>
        All.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal) && path.EndsWith(extension, StringComparison.Ordinal));

    public static string Read(string path) => File.ReadAllText(FullPath(path));

    public static string FullPath(string path) => Path.Combine(Root, path);

    /// <summary>A value that the build of this test wrote into its assembly.</summary>
    public static string BuildValue(string key) =>
        typeof(RepositoryFiles).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(value => value.Key == key).Value!;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cache.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"There is no Cache.sln above {AppContext.BaseDirectory}: these tests run from inside the repository.");
    }

    private static List<string> List()
    {
        List<string> paths = ListByGit() ?? ListByWalking(new DirectoryInfo(Root), "");
        // A file that was deleted but not yet committed is still listed by git.
        paths.RemoveAll(path => !File.Exists(FullPath(path)));
        return paths;
    }

    private static List<string>? ListByGit()
    {
        if (!Path.Exists(Path.Combine(Root, ".git")))
            return null;
        var start = new ProcessStartInfo("git", ["-c", "safe.directory=*", "-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        try
        {
            using Process git = Process.Start(start)!;
            string output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0 ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct()] : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no git on this machine.
            return null;
        }
    }

    private static List<string> ListByWalking(DirectoryInfo folder, string prefix)
    {
        List<string> paths = [.. folder.EnumerateFiles().Select(file => prefix + file.Name)];
        foreach (DirectoryInfo inner in folder.EnumerateDirectories().Where(inner => !LeftByBuilds.Contains(inner.Name)))
            paths.AddRange(ListByWalking(inner, $"{prefix}{inner.Name}/"));
        return paths;
    }
}
