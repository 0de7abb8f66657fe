using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Strata.Generators.Keys;

/// <summary>Writes the key builders that <c>[CacheKey]</c> asks for.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class CacheKeyGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<KeyModel> keys = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KeyReader.AttributeName, static (node, _) => node is MethodDeclarationSyntax or RecordDeclarationSyntax,
                static (found, _) => KeyReader.Read(found.TargetSymbol, static (_, _, _) => { }))
            .Where(static key => key is not null)
            .Select(static (key, _) => key!)
            .WithTrackingName("StrataKeys");
        context.RegisterSourceOutput(keys, static (output, key) => output.AddSource($"{key.HintName}.g.cs", Write(key)));
    }

    private static string Write(KeyModel key)
    {
        GeneratedSource source = new();
        key.Scope.Open(source);
        if (key.StructName.Length > 0)
            WriteStruct(source, key);
        else
            WriteMethod(source, key);
        key.Scope.Close(source);
        return source.ToString();
    }

    private static void WriteMethod(GeneratedSource source, KeyModel key)
    {
        if (key.Payload is not null)
            source.Line($"private static readonly global::Strata.Payloads.IPayloadSerializer<{key.ValueType}> {key.PayloadField} = {key.Payload};").Line();
        source.Open(key.Header);
        KeyWriter.WriteChecks(source, key.Steps);
        if (key.Payload is null)
        {
            WriteKey(source, key);
        }
        else
        {
            source.Line($"var __typed = new global::Strata.CacheKey<{key.ValueType}>({key.PayloadField});");
            source.Line($"ref global::Strata.CacheKey {KeyWriter.Key} = ref __typed.Writable;");
            KeyWriter.WriteSteps(source, key.Steps);
            source.Line("return __typed;");
        }

        source.Close();
    }

    private static void WriteStruct(GeneratedSource source, KeyModel key)
    {
        source.Line($"/// <summary>Makes the key <c>{key.Template.Replace("&", "&amp;").Replace("<", "&lt;")}</c>.</summary>");
        source.Open("public global::Strata.CacheKey ToKey()");
        KeyWriter.WriteChecks(source, key.Steps);
        WriteKey(source, key);
        source.Close().Line();
        source.Line("/// <summary>Makes the key.</summary>");
        source.Line($"public static implicit operator global::Strata.CacheKey({key.StructName} key) => key.ToKey();");
    }

    private static void WriteKey(GeneratedSource source, KeyModel key)
    {
        source.Line($"global::Strata.CacheKey {KeyWriter.Key} = default;");
        KeyWriter.WriteSteps(source, key.Steps);
        source.Line($"return {KeyWriter.Key};");
    }
}
