using Strata.Generators.Symbols;

namespace Strata.Generators.MessagePack;

/// <summary>A class that gets serializers.</summary>
/// <param name="Scope">Where it is.</param>
/// <param name="FileName">The name of the generated file.</param>
/// <param name="Serializers">The serializers.</param>
/// <param name="Formats">The formats they need, each once.</param>
internal sealed record PackContext(TypeScope Scope, string FileName, EquatableArray<PackSerializer> Serializers, EquatableArray<PackFormat> Formats);
