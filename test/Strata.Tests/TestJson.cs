using System.Text.Json.Serialization;
using Strata.Tests.Front;
using Strata.Tests.Payloads;

namespace Strata.Tests;

[JsonSerializable(typeof(Product))]
[JsonSerializable(typeof(FrontValue))]
[JsonSerializable(typeof(OpenValue))]
[JsonSerializable(typeof(Shape))]
internal sealed partial class TestJson : JsonSerializerContext;
