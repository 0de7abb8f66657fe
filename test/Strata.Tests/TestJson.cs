using System.Text.Json.Serialization;
using Strata.Tests.Front;

namespace Strata.Tests;

[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(FrontValue))]
[JsonSerializable(typeof(OpenValue))]
internal sealed partial class TestJson : JsonSerializerContext;
