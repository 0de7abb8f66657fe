using System.Text;
using Strata.Files.Segments;
using Strata.Files.Tests.Support;
using Strata.TestKit;
using Strata.TestKit.Bytes;
using Strata.Tiers;
using Xunit;

namespace Strata.Files.Tests.Simulation;

/// <summary>A store is closed whose device failed, and takes writes again by then.</summary>
public sealed class CloseTests
{
    private const int Seeds = 150;

    [Theory]
    [InlineData((int)CrashKind.Kill)]
    [InlineData((int)CrashKind.LoseAll)]
    public void Dispose_AfterAllWritesFailed_LeavesNothingThatWasOvertaken(int kind)
    {
        int broken = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            string where = $"{(CrashKind)kind}, seed {seed}";
            var random = new SplitMix64(seed);
            var disk = new SimulatedDisk(seed);
            using var run = new StoreRun(seed, disk, segments: 5 + (int)(seed % 12)) { SystemSurvives = true };
            run.Open();
            run.Work(50 + random.Next(200), where);
            for (int round = 0; round < 3; round++)
            {
                disk.FailsAll = true;
                run.Work(random.Next(80), where + ", failing");
                broken += run.Store.GetStatistics().BrokenSegments;
                disk.FailsAll = false;
                run.Close();
                // What was closed is durable.
                disk.Restart((CrashKind)kind);
                run.Reopen(where + ", opened anew");
                run.Work(random.Next(60), where + ", opened anew");
            }
        }

        Assert.InRange(broken, Seeds, int.MaxValue);
    }
}
