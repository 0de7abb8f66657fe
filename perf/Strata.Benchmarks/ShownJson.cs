using System.Text.Json.Serialization;

namespace Strata.Benchmarks;

/// <summary>Serialization that needs no reflection.</summary>
[JsonSerializable(typeof(Shown))]
internal sealed partial class ShownJson : JsonSerializerContext;
