using System.Buffers;
using System.Text.Json;
using Strata.Demo.Catalogue;
using Strata.Demo.Measuring;
using Strata.Demo.Shop;
using Strata.Demo.Traffic;
using Xunit;

namespace Strata.Demo.Tests.Shop;

public sealed class ShopTests(SmallCatalogue catalogue) : IClassFixture<SmallCatalogue>
{
    [Fact]
    public async Task WriteProduct_Known_HasEveryJoinedPart()
    {
        using var shop = new DatabaseShop(catalogue.Database);
        var response = new ArrayBufferWriter<byte>();

        await shop.WriteProductAsync(7, response, TestContext.Current.CancellationToken);

        ProductPage page = JsonSerializer.Deserialize(response.WrittenSpan, ShopJson.Default.ProductPage)!;
        Assert.Equal((7, "SKU-0000007"), (page.Id, page.Sku));
        Assert.StartsWith(page.Brand, page.Name, StringComparison.Ordinal);
        Assert.True(page.InStock > 0 && page.Department.Length > 0 && page.Category.Length > 0 && page.PriceCents > 0);
        Assert.Equal(page.ReviewCount > 0, page.Stars > 0);
    }

    [Fact]
    public async Task WriteSearch_EveryResult_HasBothWords()
    {
        using var shop = new DatabaseShop(catalogue.Database);
        var response = new ArrayBufferWriter<byte>();

        await shop.WriteSearchAsync("oak lamp", response, TestContext.Current.CancellationToken);

        SearchPage page = JsonSerializer.Deserialize(response.WrittenSpan, ShopJson.Default.SearchPage)!;
        Assert.All(page.Products, product => Assert.True(product.Name.Contains("oak", StringComparison.Ordinal) && product.Name.Contains("lamp", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task WriteSearch_Operators_AreWords()
    {
        using var shop = new DatabaseShop(catalogue.Database);
        var response = new ArrayBufferWriter<byte>();

        await shop.WriteSearchAsync("lamp\" OR *", response, TestContext.Current.CancellationToken);

        Assert.Empty(JsonSerializer.Deserialize(response.WrittenSpan, ShopJson.Default.SearchPage)!.Products);
    }

    [Fact]
    public async Task WriteCategory_PastTheEnd_HasHeadingAndNoProducts()
    {
        using var shop = new DatabaseShop(catalogue.Database);
        var response = new ArrayBufferWriter<byte>();

        await shop.WriteCategoryAsync(1, 1_000, response, TestContext.Current.CancellationToken);

        CategoryPage page = JsonSerializer.Deserialize(response.WrittenSpan, ShopJson.Default.CategoryPage)!;
        Assert.Equal(Vocabulary.Category(0), page.Name);
        Assert.Empty(page.Products);
    }

    [Fact]
    public async Task WriteProduct_Unknown_ThrowsAndTheShopStillWorks()
    {
        using var shop = new DatabaseShop(catalogue.Database);
        var response = new ArrayBufferWriter<byte>();
        CancellationToken cancellation = TestContext.Current.CancellationToken;

        await Assert.ThrowsAsync<KeyNotFoundException>(async () => await shop.WriteProductAsync(0, response, cancellation));
        Assert.Equal(0, response.WrittenCount);
        await shop.WriteProductAsync(1, response, cancellation);

        Assert.NotEqual(0, response.WrittenCount);
    }

    [Fact]
    public async Task CachedShop_SameRequestsTwice_AnswersAsTheDatabaseWithoutIt()
    {
        using var shop = new DatabaseShop(catalogue.Database);
        using var cache = new TieredCache();
        var cached = new CachedShop(shop, cache);
        var traffic = new ZipfTraffic(SmallCatalogue.ProductCount, 0.99, seed: 3);
        CancellationToken cancellation = TestContext.Current.CancellationToken;

        (int compared, int different) = await AnswerCheck.CompareAsync(shop, cached, traffic.Open(0, 1), 400, cancellation);
        Assert.Equal((400, 0), (compared, different));

        long queries = shop.QueryCount;
        Assert.Equal((400, 0), await AnswerCheck.CompareAsync(cached, cached, traffic.Open(0, 1), 400, cancellation));
        Assert.Equal(queries, shop.QueryCount);
    }

    [Fact]
    public async Task Compare_DifferentShops_CountsThem()
    {
        using var shop = new DatabaseShop(catalogue.Database);
        var cancellation = TestContext.Current.CancellationToken;
        var traffic = new ZipfTraffic(SmallCatalogue.ProductCount, 0.99, seed: 3);

        Assert.Equal((50, 50), await AnswerCheck.CompareAsync(shop, new EmptyShop(), traffic.Open(0, 1), 50, cancellation));
    }

    private sealed class EmptyShop : IShop
    {
        public ValueTask WriteProductAsync(int id, IBufferWriter<byte> response, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask WriteSearchAsync(string phrase, IBufferWriter<byte> response, CancellationToken cancellation) => ValueTask.CompletedTask;

        public ValueTask WriteCategoryAsync(int id, int pageNumber, IBufferWriter<byte> response, CancellationToken cancellation) => ValueTask.CompletedTask;
    }
}
