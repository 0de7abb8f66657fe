using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace Strata.Generators.Tests.Compiling;

/// <summary>Applies a fix as an editor does.</summary>
internal static class FixRun
{
    /// <summary>Applies the fix to the first report it can fix.</summary>
    /// <returns>The source afterwards, which compiles and has no such report left; or <c>null</c> when no fix was offered.</returns>
    public static async Task<string?> ApplyAsync(CodeFixProvider fix, string source)
    {
        using var workspace = new AdhocWorkspace();
        Compilation compilation = UserProject.Compile(source);
        Project project = workspace.AddProject("User", LanguageNames.CSharp)
            .WithMetadataReferences(compilation.References).WithParseOptions(UserProject.ParseOptions).WithCompilationOptions(compilation.Options);
        project = project.AddDocument("usings.cs", compilation.SyntaxTrees.First().GetText()).Project;
        Document document = project.AddDocument("user.cs", SourceText.From(source));

        Diagnostic report = (await ReportsAsync(document, fix)).First();
        var actions = new List<CodeAction>();
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, report, (action, _) => actions.Add(action), CancellationToken.None));
        if (actions.Count == 0)
            return null;
        ApplyChangesOperation change = Assert.Single((await Assert.Single(actions).GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>());
        Document changed = change.ChangedSolution.GetDocument(document.Id)!;
        Assert.Empty((await changed.Project.GetCompilationAsync())!.GetDiagnostics().Where(note => note.Severity == DiagnosticSeverity.Error).Select(note => note.ToString()));
        Assert.Empty(await ReportsAsync(changed, fix));
        return (await changed.GetTextAsync()).ToString();
    }

    private static async Task<IEnumerable<Diagnostic>> ReportsAsync(Document document, CodeFixProvider fix)
    {
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        return (await compilation.WithAnalyzers(AnalyzerRun.All).GetAnalyzerDiagnosticsAsync()).Where(note => fix.FixableDiagnosticIds.Contains(note.Id));
    }
}
