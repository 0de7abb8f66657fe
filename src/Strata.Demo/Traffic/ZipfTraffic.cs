using Strata.Demo.Catalogue;

namespace Strata.Demo.Traffic;

/// <summary>
/// Endless visitors: of ten requests seven open a product, two search and one leafs through a category. In each kind a few are asked for
/// all the time and most hardly ever.
/// </summary>
internal sealed class ZipfTraffic(int productCount, double skew, int seed) : IRequestSource
{
    private const int PagesPerCategory = 5;

    // Spreads neighbouring ranks over the catalogue, so that popular products do not share database pages by accident.
    private const long SpreadPrime = 1_000_003;

    private readonly ZipfSampler _products = new(productCount, skew);
    private readonly ZipfSampler _phrases = new(Vocabulary.PhraseCount, skew);
    private readonly ZipfSampler _categories = new(Vocabulary.CategoryCount * PagesPerCategory, skew);

    public string Description =>
        $"Zipf {skew:0.00} over {productCount:N0} products, {Vocabulary.PhraseCount:N0} searches, {Vocabulary.CategoryCount:N0} categories";

    public IRequestStream Open(int task, int taskCount) =>
        new Stream(this, new SplitMix(((ulong)(uint)seed << 32) | (uint)(task + 1)));

    private PageRequest Next(ref SplitMix random) => random.Next(10) switch
    {
        < 7 => new PageRequest(PageKind.Product, 1 + Spread(_products.Next(ref random), productCount)),
        < 9 => new PageRequest(PageKind.Search, Spread(_phrases.Next(ref random), Vocabulary.PhraseCount)),
        _ => CategoryPage(Spread(_categories.Next(ref random), Vocabulary.CategoryCount * PagesPerCategory)),
    };

    private static PageRequest CategoryPage(int number) =>
        new(PageKind.Category, 1 + number / PagesPerCategory, 1 + number % PagesPerCategory);

    private static int Spread(int rank, int count) => (int)(rank * SpreadPrime % count);

    private sealed class Stream(ZipfTraffic traffic, SplitMix random) : IRequestStream
    {
        private SplitMix _random = random;

        public bool TryNext(out PageRequest request)
        {
            request = traffic.Next(ref _random);
            return true;
        }
    }
}
