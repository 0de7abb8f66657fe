using Strata.Engine.Stress.Litmus;

namespace Strata.Engine.Stress.Tests.Litmus;

public sealed class RaceTests
{
    private const long Rounds = 100_000;

    /// <summary>Far more than either kind needs, on a machine that is busy with other things too.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Right => [.. RaceCase.All.Where(race => race.Fault == RaceFault.None).Select(race => race.ToString())];

    public static TheoryData<string> Controls => [.. RaceCase.All.Where(race => race.Fault != RaceFault.None).Select(race => race.ToString())];

    [Theory]
    [MemberData(nameof(Right))]
    public void Run_RightCopy_AcceptsOnlyWholeValues(string name) => Assert.Equal(ExitCode.Pass, Find(name).Run(Rounds, Limit).JudgeRight(Rounds));

    [Theory]
    [MemberData(nameof(Controls))]
    public void Run_BrokenCopy_IsSeenToFail(string name) => Assert.Equal(ExitCode.Pass, Find(name).Run(long.MaxValue, Limit).JudgeControl());

    [Fact]
    public void JudgeRight_ThreadsNeverMet_IsInconclusive() =>
        Assert.Equal(ExitCode.Inconclusive, new RaceResult(Rounds, Refused: 0, Violations: 0, TimeSpan.Zero).JudgeRight(Rounds));

    [Fact]
    public void JudgeControl_NothingSeen_IsInconclusive() =>
        Assert.Equal(ExitCode.Inconclusive, new RaceResult(Rounds, Refused: 500, Violations: 0, TimeSpan.Zero).JudgeControl());

    [Fact]
    public void JudgeRight_OneViolation_IsViolation() =>
        Assert.Equal(ExitCode.Violation, new RaceResult(Rounds, Refused: 500, Violations: 1, TimeSpan.Zero).JudgeRight(Rounds));

    private static RaceCase Find(string name) => RaceCase.All.Single(race => race.ToString() == name);
}
