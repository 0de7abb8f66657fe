using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Strata.Generators.Analyzers;
using Strata.Generators.Keys;
using Strata.Generators.Methods;
using Xunit;

namespace Strata.Generators.Tests.Compiling;

/// <summary>What the analyzers say about a user's source, with all generators at work.</summary>
internal static class AnalyzerRun
{
    public static readonly ImmutableArray<DiagnosticAnalyzer> All = [new DeclarationAnalyzer(), new ClosureAnalyzer(), new InterpolatedKeyAnalyzer(), new DroppedTaskAnalyzer(), new TokenAnalyzer()];

    /// <summary>The reports of all analyzers, as "ID:text under the location", in the order of the source.</summary>
    public static async Task<string[]> OfAsync(string source) => [.. (await DiagnosticsAsync(source)).Select(Describe)];

    /// <summary>The reports of all analyzers, in the order of the source. The source itself must compile.</summary>
    public static async Task<ImmutableArray<Diagnostic>> DiagnosticsAsync(string source, bool mustCompile = false)
    {
        CSharpCompilation compilation = UserProject.Compile(source);
        CSharpGeneratorDriver
            .Create([new CacheKeyGenerator().AsSourceGenerator(), new CachedMethodGenerator().AsSourceGenerator(), .. FrameworkGenerators.Json], parseOptions: UserProject.ParseOptions)
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation after, out _);
        if (mustCompile)
            Assert.Empty(after.GetDiagnostics().Where(note => note.Severity == DiagnosticSeverity.Error && note.Id.StartsWith("CS", StringComparison.Ordinal)).Select(note => note.ToString()));
        ImmutableArray<Diagnostic> found = await after.WithAnalyzers(All).GetAnalyzerDiagnosticsAsync();
        Assert.Empty(found.Where(note => note.Id.StartsWith("AD", StringComparison.Ordinal)).Select(note => note.ToString()));
        return [.. found.OrderBy(note => note.Location.SourceSpan.Start).ThenBy(note => note.Id, StringComparer.Ordinal)];
    }

    private static string Describe(Diagnostic note) => $"{note.Id}:{note.Location.SourceTree!.GetText().ToString(note.Location.SourceSpan)}";
}
