using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Strata.House.Tests.Repository;

namespace Strata.House.Tests.Samples;

/// <summary>
/// Compiles a sample as a user's project would: implicit usings, nullable, the framework's source generators and ours, the assemblies that were built.
/// </summary>
internal static class SampleCompiler
{
    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions ParseOptions = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    // What the runtime was told to trust is the framework and all that lies beside the tests.
    private static readonly ImmutableArray<MetadataReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly ImmutableArray<ISourceGenerator> Generators = LoadGenerators();

    /// <summary>Compiles statements as a program, types as a library.</summary>
    /// <param name="source">The sample.</param>
    /// <param name="assembly">Receives the assembly when there are no errors.</param>
    /// <returns>The errors; none when it compiles.</returns>
    public static ImmutableArray<Diagnostic> Compile(string source, Stream assembly)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, ParseOptions, "sample.cs");
        bool isProgram = tree.GetRoot().ChildNodes().OfType<GlobalStatementSyntax>().Any();
        var options = new CSharpCompilationOptions(
            isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Sample{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(ImplicitUsings, ParseOptions), tree], References, options);
        CSharpGeneratorDriver.Create(Generators, parseOptions: ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out ImmutableArray<Diagnostic> notes);
        return [.. notes.Concat(generated.Emit(assembly).Diagnostics).Where(note => note.Severity == DiagnosticSeverity.Error)];
    }

    private static ImmutableArray<ISourceGenerator> LoadGenerators()
    {
        string packs = Path.Combine(RepositoryFiles.BuildValue("TargetingPackRoot"), "Microsoft.NETCore.App.Ref");
        string newest = Directory.GetDirectories(packs, $"{Environment.Version.Major}.*").OrderBy(path => Version.Parse(Path.GetFileName(path).Split('-')[0])).Last();
        string folder = Path.Combine(newest, "analyzers", "dotnet", "cs");
        var loader = new Loader();
        return
        [
            .. Directory.GetFiles(folder, "System.Text.Json.SourceGeneration.dll")
                .Append(Path.Combine(AppContext.BaseDirectory, "Strata.Generators.dll"))
                .SelectMany(path => new AnalyzerFileReference(path, loader).GetGenerators(LanguageNames.CSharp)),
        ];
    }

    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
