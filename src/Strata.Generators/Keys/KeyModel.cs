using Strata.Generators.Symbols;

namespace Strata.Generators.Keys;

/// <summary>All that is needed to write one key builder.</summary>
/// <param name="Scope">Where it goes.</param>
/// <param name="HintName">The name of the file, without its end.</param>
/// <param name="Header">The method's declaration; empty for a struct.</param>
/// <param name="StructName">The struct; empty for a method.</param>
/// <param name="ValueType">The type of the value, if the key is a typed one.</param>
/// <param name="Payload">An expression that makes the value's serializer.</param>
/// <param name="PayloadField">The field that keeps it.</param>
/// <param name="Template">The template.</param>
/// <param name="Steps">How it is written.</param>
internal sealed record KeyModel(
    TypeScope Scope, string HintName, string Header, string StructName, string? ValueType, string? Payload, string PayloadField, string Template, EquatableArray<KeyStep> Steps);
