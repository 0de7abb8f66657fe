using System.Text.Json.Serialization;

namespace Strata.Tests;

[JsonSerializable(typeof(Product))]
internal sealed partial class TestJson : JsonSerializerContext;
