using Strata.Lab.Load;
using Strata.Payloads.Compression;
using Strata.Telemetry;

namespace Strata.Lab.Seeds;

/// <summary>Responses of 8 KiB of JSON, compressed in memory; what a hundred thousand take stands for a million.</summary>
internal sealed class ResponseScenario : ISeedScenario
{
    private const int ResponseCount = 100_000;
    private const int ResponseBytes = 8 << 10;
    private const int TextBytes = 32 << 20;
    private const double Million = 1e6;

    public string Title => "responses of 8 KiB of JSON";

    public IEnumerable<SeedFigure> Measure(int seed)
    {
        byte[][] responses = TextSet.Json(TextBytes, seed).Cut(ResponseBytes);
        using TieredCache cache = new(new() { CapacityBytes = 1L << 30, Compression = new CompressionOptions() });
        Span<byte> key = stackalloc byte[KeySet.KeyBytes];
        for (int i = 0; i < ResponseCount; i++)
        {
            KeySet.Write((ulong)seed, i, key);
            cache.Set(key, responses[i % responses.Length]);
        }

        CacheStatistics statistics = cache.GetStatistics();
        return [SeedFigure.AtMost("million_responses", "A14", 10, statistics.UsedBytes / (double)statistics.EntryCount * Million / (1 << 30), "GiB")];
    }
}
