using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Strata.Generators.MessagePack;

/// <summary>Says why the <see cref="MessagePackGenerator"/> writes no serializers for a class. Apart from it, so that its pipeline carries no places in files.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MessagePackAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        PackRules.UnknownType, PackRules.NoOrder, PackRules.SameOrder, PackRules.NotPublic, PackRules.NotConstructible, PackRules.NameTaken, PackRules.GenericContext,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(MessagePackGenerator.AttributeName) is not null)
                start.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (!type.GetAttributes().Any(PackReader.IsSerializable))
            return;
        var reader = new PackReader(context.Compilation, type);
        reader.Read();
        foreach (Diagnostic problem in reader.Problems)
            context.ReportDiagnostic(problem);
    }
}
