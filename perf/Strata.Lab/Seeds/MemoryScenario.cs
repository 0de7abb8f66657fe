using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Seeds;

/// <summary>A million entries of 100 bytes, read and written by two threads in Zipf order.</summary>
internal sealed class MemoryScenario : ISeedScenario
{
    private const int EntryCount = 1_000_000;
    private const int ValueBytes = 100;
    private const int OperationCount = 2_000_000;
    private const int ThreadCount = 2;

    public string Title => "a million entries, nine reads to a write";

    public IEnumerable<SeedFigure> Measure(int seed)
    {
        using TieredCache cache = new(new() { CapacityBytes = 512 << 20 });
        KeySet keys = new(EntryCount, seed);
        byte[] value = new byte[ValueBytes];
        for (int i = 0; i < EntryCount; i++)
            cache.Set(keys.Utf8(i), value);
        IndexSequence draws = IndexSequence.Draw(Distribution.Zipf, EntryCount, OperationCount, seed);
        int hits = 0;
        double reading = Crew.Seconds(1, _ => hits = Read(cache, keys, draws.Window(0, OperationCount)));
        double mixed = Crew.Seconds(ThreadCount, thread => Mix(cache, keys, draws.Window(thread, OperationCount / ThreadCount)));
        if (hits != OperationCount)
            throw new InvalidOperationException($"{OperationCount - hits} reads missed, though everything fits.");
        yield return SeedFigure.AtMost("memory_hit", "A14", 100, reading / OperationCount * 1e6, "us");
        yield return SeedFigure.AtLeast("operations_per_second", "A14", 1e6, OperationCount / mixed, "1/s");
    }

    private static int Read(TieredCache cache, KeySet keys, ReadOnlySpan<int> draws)
    {
        Span<byte> destination = stackalloc byte[ValueBytes];
        int hits = 0;
        foreach (int index in draws)
            hits += cache.TryGet(keys.Utf8(index), destination, out _) ? 1 : 0;
        return hits;
    }

    private static void Mix(TieredCache cache, KeySet keys, ReadOnlySpan<int> draws)
    {
        Span<byte> value = stackalloc byte[ValueBytes];
        for (int i = 0; i < draws.Length; i++)
        {
            if (i % 10 == 0)
                cache.Set(keys.Utf8(draws[i]), value);
            else
                cache.TryGet(keys.Utf8(draws[i]), value, out _);
        }
    }
}
