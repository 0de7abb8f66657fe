using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Strata.Generators.Tests.Compiling;

/// <summary>One run of a generator of ours, beside those of the framework, over a user's source.</summary>
internal sealed class GeneratorRun
{
    private readonly CSharpCompilation _before;
    private readonly Compilation _after;
    private readonly GeneratorDriver _driver;

    private GeneratorRun(CSharpCompilation before, Compilation after, GeneratorDriver driver)
    {
        _before = before;
        _after = after;
        _driver = driver;
    }

    /// <summary>What the generator wrote, by file name.</summary>
    public ImmutableArray<GeneratedSourceResult> Sources => Result.GeneratedSources;

    /// <summary>What the generator had to say.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => Result.Diagnostics;

    private GeneratorRunResult Result => _driver.GetRunResult().Results[0];

    public static GeneratorRun Of(IIncrementalGenerator generator, string source, bool hasServices = true)
    {
        CSharpCompilation before = UserProject.Compile(source, hasServices);
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [generator.AsSourceGenerator(), .. FrameworkGenerators.Json], parseOptions: UserProject.ParseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGeneratorsAndUpdateCompilation(before, out Compilation after, out _);
        return new(before, after, driver);
    }

    /// <summary>All that was written, one file after the other.</summary>
    public string Text => string.Join("\n", Sources.OrderBy(source => source.HintName, StringComparer.Ordinal).Select(source => $"// == {source.HintName}\n{source.SourceText}"));

    /// <summary>Asserts that the user's source and what was written compile without a warning, and loads the assembly.</summary>
    public Assembly Load()
    {
        Assert.Empty(Result.Diagnostics.Select(diagnostic => diagnostic.ToString()));
        using var image = new MemoryStream();
        ImmutableArray<Diagnostic> notes = _after.Emit(image).Diagnostics;
        Assert.Empty(notes.Where(note => note.Severity != DiagnosticSeverity.Hidden).Select(note => note.ToString()));
        return Assembly.Load(image.ToArray());
    }

    /// <summary>Asserts that after an edit elsewhere in the project no step of the generator is done again.</summary>
    public void AssertCachedAfterUnrelatedEdit()
    {
        CSharpCompilation edited = _before.AddSyntaxTrees(CSharpSyntaxTree.ParseText("internal static class Elsewhere { public static int Add(int a, int b) => a + b; }", UserProject.ParseOptions, "elsewhere.cs"));
        GeneratorRunResult second = _driver.RunGenerators(edited).GetRunResult().Results[0];

        // Steps that are handed the whole compilation see the edit; what they make of it must come out the same.
        (string Step, IncrementalStepRunReason Reason)[] outputs =
        [
            .. from step in second.TrackedOutputSteps
               from run in step.Value
               from output in run.Outputs
               select (step.Key, output.Reason),
        ];
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    /// <summary>Asserts that no step carries what belongs to one compilation: it would be kept alive, and equal to nothing in the next.</summary>
    public void AssertNoSymbolsKept()
    {
        object[] models = [.. from step in Result.TrackedSteps where step.Key.StartsWith("Strata", StringComparison.Ordinal) from run in step.Value from output in run.Outputs select output.Value];
        Assert.NotEmpty(models);
        Assert.All(models, model => Assert.False(model is ISymbol or SyntaxNode or Compilation or SemanticModel or Location, model.GetType().ToString()));
    }
}
