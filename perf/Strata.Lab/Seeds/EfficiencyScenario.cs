using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Strata.Lab.Load;

namespace Strata.Lab.Seeds;

/// <summary>The memory that the same entries take, beside those of MemoryCache on the heap.</summary>
internal sealed class EfficiencyScenario : ISeedScenario
{
    private const int EntryCount = 500_000;
    private const int ValueBytes = 100;

    public string Title => "memory per entry, beside MemoryCache";

    public IEnumerable<SeedFigure> Measure(int seed)
    {
        byte[] key = new byte[KeySet.KeyBytes];
        using TieredCache cache = new(new() { CapacityBytes = 256 << 20 });
        for (int i = 0; i < EntryCount; i++)
        {
            KeySet.Write((ulong)seed, i, key);
            cache.Set(key, new byte[ValueBytes]);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        using MemoryCache peer = new(new MemoryCacheOptions());
        for (int i = 0; i < EntryCount; i++)
        {
            KeySet.Write((ulong)seed, i, key);
            peer.Set(Encoding.ASCII.GetString(key), new byte[ValueBytes]);
        }

        double peerBytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(peer);
        return [SeedFigure.AtLeast("memory_saved", "A4", 35, 100 * (1 - (cache.GetStatistics().UsedBytes / peerBytes)), "%")];
    }
}
