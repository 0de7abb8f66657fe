using Strata.Lab.Load;

namespace Strata.Lab.Seeds;

/// <summary>As many entries as one node is to hold, in one process.</summary>
internal sealed class EntryCountScenario : ISeedScenario
{
    private const int EntryCount = 10_000_000;
    private const int ValueBytes = 64;

    public string Title => "ten million entries in one process";

    public IEnumerable<SeedFigure> Measure(int seed)
    {
        using TieredCache cache = new(new() { CapacityBytes = 2L << 30 });
        Span<byte> key = stackalloc byte[KeySet.KeyBytes];
        byte[] value = new byte[ValueBytes];
        for (int i = 0; i < EntryCount; i++)
        {
            KeySet.Write((ulong)seed, i, key);
            cache.Set(key, value);
        }

        return [SeedFigure.AtLeast("entries_per_node", "A14", EntryCount, cache.GetStatistics().EntryCount, "entries")];
    }
}
