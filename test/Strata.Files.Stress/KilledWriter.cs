using Strata.Tiers;

namespace Strata.Files.Stress;

/// <summary>The process that is killed: tells its parent after each batch that it was flushed.</summary>
internal static class KilledWriter
{
    public static FileTierOptions Options => new() { CapacityBytes = 256 << 20, SegmentBytes = 8 << 20, RecoveredEntries = RecoveredEntries.Trusted };

    public static async Task RunAsync(string directory, int round)
    {
        using var tier = new FileTier(directory, Options);
        // A full store takes nothing new before it knows what it has, and has made room.
        await tier.RecoveryTask;
        await tier.FlushAsync();
        for (int batch = 0; ; batch++)
        {
            int first = batch * KillHistory.BatchKeys;
            for (int index = first; index < first + KillHistory.BatchKeys; index++)
                await SetAsync(index, version: 0);
            for (int index = Math.Max(0, first - KillHistory.BatchKeys); index < first; index++)
            {
                if (KillHistory.IsOverwritten(index))
                    await SetAsync(index, version: 1);
                if (KillHistory.IsRemoved(index) && await tier.RemoveAsync(KillHistory.Key(round, index)) == TierWriteStatus.Faulted)
                    throw new InvalidOperationException($"The removal of key {index} failed.");
            }

            if (!await tier.FlushAsync())
                throw new InvalidOperationException($"Batch {batch} was not flushed.");
            Console.WriteLine(batch);
        }

        async Task SetAsync(int index, int version)
        {
            if (await tier.SetAsync(KillHistory.Key(round, index), new(KillHistory.Value(round, index, version))) != TierWriteStatus.Done)
                throw new InvalidOperationException($"Key {index} was refused.");
        }
    }
}
