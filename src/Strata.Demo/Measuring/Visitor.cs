using System.Diagnostics;
using Strata.Demo.Catalogue;
using Strata.Demo.Shop;
using Strata.Demo.Traffic;

namespace Strata.Demo.Measuring;

/// <summary>One task that sends its requests to a shop, one after the other, and takes the time of each.</summary>
internal sealed class Visitor(IShop shop, IRequestStream requests)
{
    private static readonly string[] Phrases = [.. Enumerable.Range(0, Vocabulary.PhraseCount).Select(Vocabulary.Phrase)];
    private long _answered;

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Requests answered so far; read by the progress line while the visitor runs.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Whether the requests ran out before the time did.</summary>
    public bool IsAtEnd { get; private set; }

    public async Task RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        long now = Stopwatch.GetTimestamp();
        long end = now + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        while (now < end)
        {
            if (!requests.TryNext(out PageRequest request))
            {
                IsAtEnd = true;
                return;
            }

            await AnswerAsync(shop, request, cancellation).ConfigureAwait(false);
            long answered = Stopwatch.GetTimestamp();
            Latencies.Record(answered - now);
            now = answered;
            Volatile.Write(ref _answered, Latencies.Count);
        }
    }

    /// <summary>Asks the shop for one page.</summary>
    /// <returns>The page: a <see cref="ProductPage"/>, <see cref="SearchPage"/> or <see cref="CategoryPage"/>.</returns>
    public static async ValueTask<object> AnswerAsync(IShop shop, PageRequest request, CancellationToken cancellation) => request.Kind switch
    {
        PageKind.Product => await shop.GetProductAsync(request.Id, cancellation).ConfigureAwait(false),
        PageKind.Search => await shop.SearchAsync(Phrases[request.Id], cancellation).ConfigureAwait(false),
        _ => await shop.GetCategoryAsync(request.Id, request.PageNumber, cancellation).ConfigureAwait(false),
    };
}
