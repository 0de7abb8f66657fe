using System.Buffers;
using System.Diagnostics;
using Strata.Demo.Catalogue;
using Strata.Demo.Shop;
using Strata.Demo.Traffic;

namespace Strata.Demo.Measuring;

/// <summary>One task that sends its requests to a shop, one after the other, and takes the time of each.</summary>
internal sealed class Visitor(IShop shop, IRequestStream requests)
{
    private static readonly string[] Phrases = [.. Enumerable.Range(0, Vocabulary.PhraseCount).Select(Vocabulary.Phrase)];
    private readonly ArrayBufferWriter<byte> _response = new(16 * 1024);
    private long _answered;

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Requests answered so far; read by the progress line while the visitor runs.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Sends requests until the time is over or there are no more.</summary>
    public async Task RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        long now = Stopwatch.GetTimestamp();
        long end = now + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        while (now < end)
        {
            if (!requests.TryNext(out PageRequest request))
                return;

            _response.ResetWrittenCount();
            await AskAsync(shop, request, _response, cancellation).ConfigureAwait(false);
            long answered = Stopwatch.GetTimestamp();
            Latencies.Record(answered - now);
            now = answered;
            Volatile.Write(ref _answered, Latencies.Count);
        }
    }

    /// <summary>Asks the shop for one page.</summary>
    public static ValueTask AskAsync(IShop shop, PageRequest request, IBufferWriter<byte> response, CancellationToken cancellation) => request.Kind switch
    {
        PageKind.Product => shop.WriteProductAsync(request.Id, response, cancellation),
        PageKind.Search => shop.WriteSearchAsync(Phrases[request.Id], response, cancellation),
        _ => shop.WriteCategoryAsync(request.Id, request.PageNumber, response, cancellation),
    };
}
