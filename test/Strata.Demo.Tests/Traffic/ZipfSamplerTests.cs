using Strata.Demo.Traffic;
using Xunit;

namespace Strata.Demo.Tests.Traffic;

public sealed class ZipfSamplerTests
{
    [Theory]
    [InlineData(10, 0.99)]
    [InlineData(10, 1.0)]
    [InlineData(50, 0.5)]
    [InlineData(50, 2.0)]
    [InlineData(1, 1.0)]
    public void Next_ManyDraws_FollowTheDistribution(int count, double skew)
    {
        const int Draws = 200_000;
        var sampler = new ZipfSampler(count, skew);
        var random = new SplitMix(7);
        int[] seen = new int[count];
        for (int i = 0; i < Draws; i++)
            seen[sampler.Next(ref random)]++;

        double sum = Enumerable.Range(1, count).Sum(rank => Math.Pow(rank, -skew));
        for (int rank = 0; rank < count; rank++)
        {
            double expected = Draws * Math.Pow(rank + 1, -skew) / sum;
            // Six standard deviations: the seed is fixed, so this either always holds or never.
            Assert.InRange(seen[rank], expected - 6 * Math.Sqrt(expected), expected + 6 * Math.Sqrt(expected));
        }
    }

    [Fact]
    public void Open_ZipfTrafficTwice_GivesTheSameRequests()
    {
        var traffic = new ZipfTraffic(10_000, 0.99, seed: 5);
        Assert.Equal(Take(traffic.Open(1, 2), 1_000), Take(traffic.Open(1, 2), 1_000));
        Assert.NotEqual(Take(traffic.Open(0, 2), 1_000), Take(traffic.Open(1, 2), 1_000));
    }

    [Fact]
    public void TryNext_ZipfTraffic_StaysInTheCatalogue()
    {
        Assert.All(
            Take(new ZipfTraffic(1_000, 0.5, seed: 1).Open(0, 1), 20_000),
            request => Assert.InRange(request.Id, request.Kind == PageKind.Search ? 0 : 1, request.Kind switch
            {
                PageKind.Product => 1_000,
                PageKind.Search => Demo.Catalogue.Vocabulary.PhraseCount - 1,
                _ => Demo.Catalogue.Vocabulary.CategoryCount,
            }));
    }

    internal static List<PageRequest> Take(IRequestStream stream, int most)
    {
        var requests = new List<PageRequest>();
        while (requests.Count < most && stream.TryNext(out PageRequest request))
            requests.Add(request);
        return requests;
    }
}
