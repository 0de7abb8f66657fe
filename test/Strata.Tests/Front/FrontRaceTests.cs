using System.Globalization;
using Xunit;

namespace Strata.Tests.Front;

/// <summary>Readers beside writers: what was replaced before a read began is never served by it.</summary>
public sealed class FrontRaceTests
{
    private const int Keys = 24;
    private const int Writes = 60_000;

    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Reads_AmongWritesRemovalsAndLoads_NeverServeWhatWasReplacedBefore(int seed)
    {
        using var cache = new TieredCache(new() { CapacityBytes = 1 << 20, ObjectFront = new() { Capacity = 16 } });
        string[] names = [.. Enumerable.Range(0, Keys).Select(i => $"k{i}")];
        // What was written of each key when a write was over. One writer a key, so that numbers grow.
        int[] written = new int[Keys];
        string? wrong = null;
        int served = 0;
        Task[] writers = [.. Enumerable.Range(0, 2).Select(writer => Task.Run(() =>
        {
            var random = new Random(seed + writer);
            for (int number = 1; number <= Writes; number++)
            {
                int i = random.Next(Keys / 2) * 2 + writer;
                if (random.Next(8) == 0)
                    cache.Remove(names[i]);
                cache.Set(names[i], new FrontValue(number, "value"), TestJson.Default.FrontValue);
                Volatile.Write(ref written[i], number);
            }
        }))];
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var random = new Random(seed + 100 + reader);
            while (Volatile.Read(ref wrong) is null && writers.Any(writer => !writer.IsCompleted))
            {
                int i = random.Next(Keys);
                int before = Volatile.Read(ref written[i]);
                if (!cache.TryGet(names[i], TestJson.Default.FrontValue, out FrontValue? value))
                    continue;
                served++;
                if (value.Number < before)
                    Volatile.Write(ref wrong, string.Create(CultureInfo.InvariantCulture, $"Seed {seed}: {names[i]} was {value.Number} after {before} had been written."));
            }
        }))];
        await Task.WhenAll([.. writers, .. readers]);
        Assert.Null(wrong);
        Assert.NotEqual(0, served);
        Assert.NotEqual(0, cache.GetStatistics().FrontHits);
        Assert.InRange(cache.GetStatistics().FrontInstances, 1, 16);
    }
}
