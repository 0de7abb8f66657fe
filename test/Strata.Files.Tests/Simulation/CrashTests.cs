using Xunit;

namespace Strata.Files.Tests.Simulation;

/// <summary>The machine fails at every step of small histories, and again while the store is opened anew.</summary>
public sealed class CrashTests
{
    private const int Operations = 110;

    [Fact]
    public void Reads_WithoutFailures_AnswerTheLastWriteOrNothing()
    {
        int found = 0, shortReads = 0;
        for (ulong seed = 1; seed <= 150; seed++)
        {
            var disk = new SimulatedDisk(seed);
            using var run = new StoreRun(seed, disk, segments: 4 + (int)(seed % 16));
            run.Open();
            for (int round = 0; round < 4; round++)
            {
                run.Work(200, $"seed {seed}, round {round}");
                run.CheckAll($"seed {seed}, round {round}");
                run.Close();
                run.Reopen($"seed {seed}, round {round}, opened anew");
                found += run.Found;
            }

            Assert.Equal(0, run.Store.GetStatistics().CorruptRecords);
            shortReads += disk.ShortReads;
        }

        // A store that keeps nothing would pass all checks.
        Assert.InRange(found, 150 * 4 * StoreModel.KeyCount / 4, int.MaxValue);
        Assert.InRange(shortReads, 150 * 4 * StoreModel.KeyCount, int.MaxValue);
    }

    [Theory]
    [InlineData((int)CrashKind.Kill)]
    [InlineData((int)CrashKind.LoseAll)]
    [InlineData((int)CrashKind.Torn512)]
    [InlineData((int)CrashKind.Torn4096)]
    public void Reads_AfterAFailureAtEveryStep_AreNeverOlderThanWhatWasDurable(int kind)
    {
        for (ulong seed = 1; seed <= 12; seed++)
        {
            for (int crashAt = 1; CrashOnce((CrashKind)kind, seed, crashAt); crashAt++)
            {
            }
        }
    }

    /// <returns>Whether the history was long enough to fail there.</returns>
    private static bool CrashOnce(CrashKind kind, ulong seed, int crashAt)
    {
        string where = $"{kind}, seed {seed}, failure at step {crashAt}";
        var disk = new SimulatedDisk(seed * 1_000_003 + (ulong)crashAt) { CrashAt = crashAt };
        using var run = new StoreRun(seed, disk, segments: 5 + (int)(seed % 6)) { SystemSurvives = kind == CrashKind.Kill };
        if (!Fails(() =>
        {
            run.Open();
            run.Work(Operations, where);
            run.Close();
            run.Reopen(where);
            run.Work(Operations, where);
        }))
        {
            return false;
        }

        // Once more, while it is opened: at a step that moves with the first one.
        disk.Restart(kind);
        disk.CrashAt = disk.Steps + 1 + crashAt % 23;
        where += $" and {disk.CrashAt}";
        Fails(() =>
        {
            run.Reopen(where);
            run.Work(Operations / 4, where);
        });
        disk.Restart(kind);
        run.Reopen(where);
        run.Work(Operations, where + ", after it");
        run.Close();
        run.Reopen(where + ", closed and opened");
        return true;
    }

    private static bool Fails(Action history)
    {
        try
        {
            history();
            return false;
        }
        catch (SimulatedCrashException)
        {
            return true;
        }
    }
}
