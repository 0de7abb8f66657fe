namespace Strata.Generators.MessagePack;

/// <summary>A class that gets serializers.</summary>
/// <param name="Namespace">Its namespace, empty for none.</param>
/// <param name="Types">The declarations of the types around it and of itself, outermost first.</param>
/// <param name="FileName">The name of the generated file.</param>
/// <param name="Serializers">The serializers.</param>
/// <param name="Formats">The formats they need, each once.</param>
internal sealed record PackContext(
    string Namespace, EquatableArray<string> Types, string FileName, EquatableArray<PackSerializer> Serializers, EquatableArray<PackFormat> Formats);
