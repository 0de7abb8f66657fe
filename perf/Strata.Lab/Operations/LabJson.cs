using System.Text.Json.Serialization;
using Strata.Lab.Subjects.Typed;

namespace Strata.Lab.Operations;

/// <summary>Serialization that needs no reflection.</summary>
[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(Article))]
internal sealed partial class LabJson : JsonSerializerContext;
