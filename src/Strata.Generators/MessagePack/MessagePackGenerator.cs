using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Strata.Generators.MessagePack;

/// <summary>Writes the serializers that <c>[MessagePackSerializable]</c> asks for. What is wrong with a contract says the <see cref="MessagePackAnalyzer"/>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class MessagePackGenerator : IIncrementalGenerator
{
    internal const string AttributeName = "Strata.Payloads.MessagePack.MessagePackSerializableAttribute";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<PackContext> contexts = context.SyntaxProvider
            .ForAttributeWithMetadataName(AttributeName, static (_, _) => true, static (found, cancellation) => Read(found, cancellation))
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName("StrataMessagePackContexts");
        context.RegisterSourceOutput(contexts, static (output, model) => output.AddSource(model.FileName, SourceText.From(PackSource.Write(model), Encoding.UTF8)));
    }

    private static PackContext? Read(GeneratorAttributeSyntaxContext found, CancellationToken cancellation)
    {
        // A class in several parts is found once for each part with an attribute.
        var type = (INamedTypeSymbol)found.TargetSymbol;
        AttributeData first = type.GetAttributes().First(PackReader.IsSerializable);
        if (first.ApplicationSyntaxReference?.GetSyntax(cancellation).Parent?.Parent != found.TargetNode)
            return null;
        var reader = new PackReader(found.SemanticModel.Compilation, type);
        PackContext model = reader.Read();
        return reader.Problems.Count == 0 ? model : null;
    }
}
