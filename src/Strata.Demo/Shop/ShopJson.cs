using System.Text.Json.Serialization;

namespace Strata.Demo.Shop;

/// <summary>The pages as JSON, written and read by code that the compiler generates.</summary>
[JsonSerializable(typeof(ProductPage))]
[JsonSerializable(typeof(SearchPage))]
[JsonSerializable(typeof(CategoryPage))]
internal sealed partial class ShopJson : JsonSerializerContext;
