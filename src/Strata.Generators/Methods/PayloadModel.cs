namespace Strata.Generators.Methods;

/// <summary>A serializer that a decorator keeps.</summary>
internal readonly record struct PayloadModel(string Type, string Expression);
