using System.Text.Json.Serialization;

namespace Strata.Tests.Payloads;

/// <summary>Cannot be made of JSON that does not say what shape it is.</summary>
[JsonDerivedType(typeof(Square), "square")]
internal abstract record Shape;
