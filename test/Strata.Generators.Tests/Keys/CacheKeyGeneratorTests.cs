using Strata.Generators.Keys;
using Strata.Generators.Tests.Compiling;
using Xunit;

namespace Strata.Generators.Tests.Keys;

public sealed class CacheKeyGeneratorTests
{
    private const string Methods =
        """
        using Strata;

        namespace App;

        public static partial class Keys
        {
            [CacheKey("user:{tenant}:{id}")]
            public static partial CacheKey User(string tenant, int id);

            [CacheKey("{a}{b}|{c}")]
            internal static partial CacheKey Marks(string? a, DayOfWeek? b, ReadOnlySpan<char> c);

            [CacheKey("quote:\"{@class}\"")]
            public static partial CacheKey<long> Count(bool @class);
        }
        """;

    private const string Structs =
        """
        using Strata;

        public sealed partial class Outer<T>
        {
            [CacheKey("order:{Tenant}:{Number}")]
            public readonly partial record struct OrderKey(string Tenant, long Number);
        }
        """;

    private const string Json =
        """
        using System.Text.Json.Serialization;
        using Strata;
        using Strata.Payloads;

        public sealed record User(int Id);

        [JsonSerializable(typeof(User), TypeInfoPropertyName = "Person")]
        public sealed partial class AppJson : JsonSerializerContext;

        public static partial class Keys
        {
            [CacheKey("user:{id}", Json = typeof(AppJson))]
            public static partial CacheKey<User> User(int id);

            [CacheKey("raw:{id}")]
            public static partial CacheKey<byte[]> Raw(Guid id);
        }
        """;

    [Theory]
    [InlineData("Methods", Methods)]
    [InlineData("Structs", Structs)]
    [InlineData("Json", Json)]
    public void Generate_Source_IsAsExpectedAndCompiles(string name, string source)
    {
        // A hole names the parameter without its @.
        GeneratorRun run = GeneratorRun.Of(new CacheKeyGenerator(), source.Replace("{@class}", "{class}", StringComparison.Ordinal));

        run.Load();
        GoldenFile.Matches($"Keys/{name}.txt", run.Text);
    }

    [Fact]
    public void Generate_AfterUnrelatedEdit_IsCached() => GeneratorRun.Of(new CacheKeyGenerator(), Json).AssertCachedAfterUnrelatedEdit();

    [Fact]
    public void Generate_Model_KeepsNoSymbols() => GeneratorRun.Of(new CacheKeyGenerator(), Json).AssertNoSymbolsKept();

    [Fact]
    public void Generate_OfTypedKey_RoundTripsThroughCache()
    {
        using var cache = new TieredCache(new TieredCacheOptions { CapacityBytes = 1 << 20 });
        cache.Set(SampleKeys.User(7), new SampleUser(7, "Ada"), TimeSpan.FromMinutes(1));
        cache.Set(SampleKeys.Visits("home"), 3);

        Assert.True(cache.TryGet(SampleKeys.User(7), out SampleUser? user));
        Assert.Equal("Ada", user.Name);
        Assert.Equal(3, cache.GetOrAdd(SampleKeys.Visits("home"), 0, static (_, _) => -1));
        Assert.Equal("new 5", cache.GetOrAdd(SampleKeys.Motto(5), 5, static (id, _) => $"new {id}"));
        Assert.True(cache.TryGet("motto:5", out string? motto));
        Assert.Equal("new 5", motto);
        Assert.True(cache.Remove(SampleKeys.User(7)));
        Assert.False(cache.TryGet(SampleKeys.User(7), out _));
    }
}
