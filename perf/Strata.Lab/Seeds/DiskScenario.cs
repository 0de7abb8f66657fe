using System.Diagnostics;
using Strata.Files;
using Strata.Lab.Load;
using Strata.Tiers;

namespace Strata.Lab.Seeds;

/// <summary>Hits in a store of files, which the system may have in its own memory.</summary>
internal sealed class DiskScenario : ISeedScenario
{
    private const int EntryCount = 50_000;
    private const int HitCount = 20_000;
    private const int ValueBytes = 1_000;

    public string Title => "hits in files";

    public IEnumerable<SeedFigure> Measure(int seed) => [SeedFigure.AtMost("disk_hit", "A14", 10_000, MeasureAsync(seed).GetAwaiter().GetResult(), "us")];

    private static async Task<double> MeasureAsync(int seed)
    {
        string directory = Directory.CreateTempSubdirectory("strata-seeds-").FullName;
        try
        {
            await using FileTier tier = new(directory, new() { CapacityBytes = 1L << 30 });
            KeySet keys = new(EntryCount, seed);
            byte[] value = new byte[ValueBytes];
            for (int i = 0; i < EntryCount; i++)
            {
                // More waits to be written than the tier takes: the disk catches up.
                while (await tier.SetAsync(keys.Utf8(i).ToArray(), new(value)) != TierWriteStatus.Done)
                    await tier.FlushAsync();
            }

            await tier.FlushAsync();
            return await ReadAsync(tier, keys, IndexSequence.Draw(Distribution.Uniform, EntryCount, HitCount, seed).Window(0, HitCount).ToArray());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <returns>The mean time of a hit in microseconds.</returns>
    private static async Task<double> ReadAsync(FileTier tier, KeySet keys, int[] indexes)
    {
        System.Buffers.ArrayBufferWriter<byte> writer = new(ValueBytes);
        byte[] key = new byte[KeySet.KeyBytes];
        long start = Stopwatch.GetTimestamp();
        foreach (int index in indexes)
        {
            keys.Utf8(index).CopyTo(key);
            writer.ResetWrittenCount();
            TierRead read = await tier.GetAsync(key, writer);
            if (read.ValueBytes != ValueBytes)
                throw new InvalidOperationException("A hit was missed.");
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / indexes.Length;
    }
}
