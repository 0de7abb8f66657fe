using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Strata.TestKit.Bytes;
using Strata.Tiers;

namespace Strata.Files.Stress;

/// <summary>Kills a writing process at random moments, opens its store and looks at every key.</summary>
internal static class KillRun
{
    private const int MostBatches = 6;
    private const int MostSpins = 400_000;

    public static async Task<KillReport> RunAsync(string directory, int rounds, int seed, Action<string>? say = null)
    {
        var random = new SplitMix64((ulong)seed);
        var report = new KillReport(0, 0, 0, 0);
        for (int round = 1; round <= rounds; round++)
        {
            int batches = await KillAsync(directory, round, random.Next(MostBatches), random.Next(MostSpins));
            report = await CheckAsync(directory, round, batches, report);
            if (!report.IsGood && report.Flushed > 0)
                throw new InvalidOperationException($"Seed {seed}: {report}");
            if (round % 100 == 0)
                say?.Invoke($"seed {seed}: {report}");
        }

        return report;
    }

    /// <returns>The batches that the writer told of.</returns>
    private static async Task<int> KillAsync(string directory, int round, int batches, int spins)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            ArgumentList = { typeof(KillRun).Assembly.Location, "write", directory, round.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process writer = Process.Start(start)!;
        int told = 0;
        while (told <= batches && await writer.StandardOutput.ReadLineAsync() is { } line)
            told = int.Parse(line, CultureInfo.InvariantCulture) + 1;
        if (told <= batches)
            throw new InvalidOperationException($"The writer ended by itself: {await writer.StandardError.ReadToEndAsync()}");
        // A moment at random within the next batch.
        Thread.SpinWait(spins);
        writer.Kill();
        await writer.WaitForExitAsync();
        while (await writer.StandardOutput.ReadLineAsync() is { } line && int.TryParse(line, CultureInfo.InvariantCulture, out int last))
            told = Math.Max(told, last + 1);
        return told;
    }

    private static async Task<KillReport> CheckAsync(string directory, int round, int batches, KillReport report)
    {
        using var tier = new FileTier(directory, KilledWriter.Options);
        // Before all was found an entry may be missing, but never wrong.
        long wrong = await CountWrongAsync(tier, round, batches);
        await tier.RecoveryTask;
        long flushed = 0, back = 0;
        for (int index = 0; index < batches * KillHistory.BatchKeys; index++)
        {
            if (KillHistory.IsRemoved(index))
                continue;
            flushed++;
            if (await FindAsync(tier, round, index) >= 0)
                back++;
        }

        wrong += await CountWrongAsync(tier, round, batches);
        if (round > 1)
            wrong += await CountWrongAsync(tier, round - 1, batches: 0);
        return new KillReport(report.Rounds + 1, report.Flushed + flushed, report.Back + back, report.Wrong + wrong);
    }

    private static async Task<long> CountWrongAsync(FileTier tier, int round, int batches)
    {
        long wrong = 0;
        // What was removed or overwritten by a batch that was told of belongs to the batch before it.
        int settled = (batches - 1) * KillHistory.BatchKeys;
        for (int index = 0; index < (batches + 2) * KillHistory.BatchKeys; index++)
        {
            int version = await FindAsync(tier, round, index);
            bool isOld = index < settled && (KillHistory.IsRemoved(index) ? version >= 0 : KillHistory.IsOverwritten(index) && version == 0);
            if (version == -2 || isOld)
                wrong++;
        }

        return wrong;
    }

    /// <returns>The version found; -1 for nothing, -2 for what nobody wrote.</returns>
    private static async Task<int> FindAsync(FileTier tier, int round, int index)
    {
        var destination = new ArrayBufferWriter<byte>();
        TierRead read = await tier.GetAsync(KillHistory.Key(round, index), destination);
        if (read.Status == TierReadStatus.Miss)
            return -1;
        int version = KillHistory.VersionOf(destination.WrittenSpan, round, index);
        return version >= 0 && read.Status == TierReadStatus.Hit ? version : -2;
    }
}
