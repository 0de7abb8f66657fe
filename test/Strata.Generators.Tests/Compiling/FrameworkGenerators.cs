using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Strata.Generators.Tests.Compiling;

/// <summary>The generators that every project has: what they write is compiled together with what ours write.</summary>
internal static class FrameworkGenerators
{
    /// <summary>The generator of JSON metadata.</summary>
    public static IReadOnlyList<ISourceGenerator> Json { get; } = Load("System.Text.Json.SourceGeneration.dll");

    private static ISourceGenerator[] Load(string file)
    {
        string root = typeof(FrameworkGenerators).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(value => value.Key == "TargetingPackRoot").Value!;
        string newest = Directory.GetDirectories(Path.Combine(root, "Microsoft.NETCore.App.Ref"), $"{Environment.Version.Major}.*")
            .OrderBy(path => Version.Parse(Path.GetFileName(path).Split('-')[0])).Last();
        return [.. new AnalyzerFileReference(Path.Combine(newest, "analyzers", "dotnet", "cs", file), new Loader()).GetGenerators(LanguageNames.CSharp)];
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
