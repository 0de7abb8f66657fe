using System.Text.Json;
using Strata.Demo.Shop;
using Strata.Demo.Traffic;

namespace Strata.Demo.Measuring;

/// <summary>Compares the answers of two shops.</summary>
internal static class AnswerCheck
{
    /// <summary>Asks both shops for the same pages and counts those in which a single letter differs.</summary>
    public static async Task<(int Compared, int Different)> CompareAsync(
        IShop one, IShop other, IRequestStream requests, int count, CancellationToken cancellation)
    {
        int compared = 0, different = 0;
        for (; compared < count && requests.TryNext(out PageRequest request); compared++)
        {
            string expected = ToJson(await Visitor.AnswerAsync(one, request, cancellation).ConfigureAwait(false));
            string actual = ToJson(await Visitor.AnswerAsync(other, request, cancellation).ConfigureAwait(false));
            if (expected != actual)
                different++;
        }

        return (compared, different);
    }

    private static string ToJson(object page) => JsonSerializer.Serialize(page, page.GetType(), ShopJson.Default);
}
