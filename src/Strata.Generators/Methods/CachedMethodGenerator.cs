using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Strata.Generators.Methods;

/// <summary>Writes the caching decorators that <c>[Cached]</c> asks for, and their registration where there is a service collection.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class CachedMethodGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<DecoratorModel> decorators = context.SyntaxProvider
            .ForAttributeWithMetadataName(DecoratorReader.AttributeName, static (node, _) => node is MethodDeclarationSyntax, static (found, _) => Read(found))
            .Where(static decorator => decorator is not null)
            .Select(static (decorator, _) => decorator!)
            .WithTrackingName("StrataDecorators");
        IncrementalValueProvider<bool> hasServices = context.CompilationProvider
            .Select(static (compilation, _) => compilation.GetTypeByMetadataName("Microsoft.Extensions.DependencyInjection.IServiceCollection") is not null)
            .WithTrackingName("StrataServices");
        context.RegisterSourceOutput(decorators, static (output, decorator) => output.AddSource($"{decorator.HintName}.g.cs", DecoratorWriter.Write(decorator)));
        context.RegisterSourceOutput(decorators.Combine(hasServices), static (output, pair) =>
        {
            if (pair.Right)
                output.AddSource($"{pair.Left.HintName}.Services.g.cs", RegistrationWriter.Write(pair.Left));
        });
    }

    /// <summary>Each type is read once, for the first of its methods.</summary>
    private static DecoratorModel? Read(GeneratorAttributeSyntaxContext found)
    {
        INamedTypeSymbol type = found.TargetSymbol.ContainingType;
        return SymbolEqualityComparer.Default.Equals(DecoratorReader.CachedMethods(type).First(), found.TargetSymbol)
            ? DecoratorReader.Read(type, found.SemanticModel.Compilation, static (_, _, _) => { })
            : null;
    }
}
