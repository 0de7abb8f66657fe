using Strata.Files.Stress;
using Strata.Files.Tests.Support;
using Xunit;

namespace Strata.Files.Tests;

/// <summary>A process that writes is killed, again and again, on a real file system.</summary>
public sealed class KillTests
{
    private const int Rounds = 50;

    [Fact]
    public async Task Reopen_AfterTheWriterWasKilled_FindsWhatWasFlushedAndNothingWrong()
    {
        using var directory = new TempDirectory();
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        KillReport report = await KillRun.RunAsync(directory.Path, Rounds, seed);
        Assert.True(report.IsGood, $"seed {seed}: {report}");
        Assert.Equal(Rounds, report.Rounds);
    }
}
