using System.Text.Json.Serialization;

namespace Strata.Lab.Operations;

/// <summary>Serialization that needs no reflection.</summary>
[JsonSerializable(typeof(Product))]
internal sealed partial class LabJson : JsonSerializerContext;
