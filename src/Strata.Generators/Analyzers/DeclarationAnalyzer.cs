using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Strata.Generators.Keys;
using Strata.Generators.Methods;

namespace Strata.Generators.Analyzers;

/// <summary>Reports what is wrong with <c>[CacheKey]</c> and <c>[Cached]</c>, and templates of one project whose keys can be equal.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DeclarationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Rules.Template, Rules.UnknownHole, Rules.UnusedParameter, Rules.UnkeyableType, Rules.KeyShape, Rules.Ambiguous, Rules.NoSerializer, Rules.Ttl, Rules.CachedMethod, Rules.CachedType,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KeyReader.AttributeName) is null)
                return;
            ConcurrentBag<TemplateUse> templates = [];
            start.RegisterSymbolAction(symbol => Read(symbol, templates), SymbolKind.Method, SymbolKind.NamedType);
            start.RegisterCompilationEndAction(end => Compare(end, templates));
        });
    }

    private static void Read(SymbolAnalysisContext context, ConcurrentBag<TemplateUse> templates)
    {
        Report report = (rule, location, arguments) => context.ReportDiagnostic(Diagnostic.Create(rule, location ?? context.Symbol.Locations[0], arguments));
        if (KeyReader.Read(context.Symbol, report) is { } key)
            templates.Add(new(context.Symbol, key.Steps));
        if (context.Symbol is not INamedTypeSymbol type || !DecoratorReader.CachedMethods(type).Any() || DecoratorReader.Read(type, context.Compilation, report) is not { } decorator)
            return;
        foreach (MethodModel method in decorator.Methods.Where(static method => method.Payload >= 0))
            templates.Add(new(DecoratorReader.CachedMethods(type).FirstOrDefault(symbol => method.Name.TrimStart('@') == symbol.Name) ?? context.Symbol, method.Key));
    }

    private static void Compare(CompilationAnalysisContext context, ConcurrentBag<TemplateUse> templates)
    {
        TemplateUse[] ordered = [.. templates.OrderBy(static use => use.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(static use => use.Location.SourceSpan.Start)];
        for (int later = 1; later < ordered.Length; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                if (ordered[later].Pattern.Meets(ordered[earlier].Pattern))
                    context.ReportDiagnostic(Diagnostic.Create(Rules.Ambiguous, ordered[later].Location, [ordered[earlier].Location], ordered[later].Name, ordered[earlier].Name));
            }
        }
    }
}
