using FsCheck;
using FsCheck.Fluent;
using Strata.Engine.Tests.Removals;
using Strata.TestKit.Scripts;
using Xunit;

namespace Strata.Engine.Tests.Models;

/// <summary>
/// Generated scripts against the reference cache. A failure prints the shrunk script and the seed to replay it with.
/// </summary>
public sealed class ScriptModelTests
{
    private static readonly ScriptProfile s_tiny = new()
    {
        KeyCount = 6,
        ValueBytes = [0, 1, 7, 8, 9, 40, 41, 300],
        MaxOperations = 80,
    };

    private static readonly ScriptProfile s_fitting = new()
    {
        KeyCount = 24,
        ValueBytes = [0, 1, 8, 100, 101, 1000, 3000, 4000, 4090, 8100, 8192, 9000, 20_000],
        MinOperations = 100,
        MaxOperations = 400,
    };

    private static readonly ScriptProfile s_crowding = new()
    {
        KeyCount = 250,
        ValueBytes = [0, 50, 500, 1000, 4000, 4096, 8192, 20_000, 60_000, 200_000, 262_144],
        MinOperations = 300,
        MaxOperations = 900,
        WriteWeight = 120,
    };

    [Fact]
    public void Script_TinyAndVerifiedAfterEveryOperation_MatchesReference() => Check(s_tiny, tests: 150, mayEvict: false, verifyEvery: 1);

    [Fact]
    public void Script_FittingEasily_MatchesReferenceWithoutAnyUnexpectedMiss() => Check(s_fitting, tests: 80, mayEvict: false, verifyEvery: 25);

    [Fact]
    public void Script_BeyondCapacity_ReturnsLastValueOrMiss() => Check(s_crowding, tests: 40, mayEvict: true, verifyEvery: 50);

    [Fact]
    public void Script_WithDefaultTtl_MatchesReference() =>
        Check(s_tiny, tests: 80, mayEvict: false, verifyEvery: 5, o => o.DefaultTtl = TimeSpan.FromMilliseconds(700));

    [Fact]
    public void Script_OverSeveralStripes_MatchesReference() => Check(s_fitting, tests: 40, mayEvict: false, verifyEvery: 50, o =>
    {
        o.CapacityBytes = 4 << 20;
        o.StripeCount = 4;
    });

    [Fact]
    public void Script_EveryKeyCollides_MatchesReference() =>
        Check(s_tiny with { KeyCount = 40 }, tests: 60, mayEvict: false, verifyEvery: 1, o => o.HashSecret = Hashing.Secrets.Degenerate);

    [Fact]
    public void Script_EveryKeyCollidesBeyondCapacity_ReturnsLastValueOrMiss() =>
        Check(s_crowding, tests: 15, mayEvict: true, verifyEvery: 100, o => o.HashSecret = Hashing.Secrets.Degenerate);

    [Fact]
    public void Script_EveryKeyCollidesUntilItIsRehashed_MatchesReference() =>
        Check(s_fitting, tests: 30, mayEvict: false, verifyEvery: 25, o => (o.HashSecret, o.RehashesFloods) = (Hashing.Secrets.Degenerate, true));

    [Fact]
    public void Script_BeyondCapacityOverSeveralStripes_ReturnsLastValueOrMiss() =>
        Check(s_crowding, tests: 25, mayEvict: true, verifyEvery: 100, o => (o.CapacityBytes, o.StripeCount) = (2 << 20, 4));

    [Fact]
    public void Script_BeyondASlabLimit_ReturnsLastValueOrMiss() =>
        Check(s_crowding with { ValueBytes = [0, 50, 500, 1000, 4000, 8000] }, tests: 15, mayEvict: true, verifyEvery: 100, o => o.RecordSlabLimit = 20);

    [Fact]
    public void Script_BeyondCapacityWithShortLives_ReturnsLastValueOrMiss() =>
        Check(
            s_crowding with { TtlsMs = [1, 5, 20, 20, 100, 1000, 100_000], AdvancesMs = [1, 1, 3, 10, 50, 500] },
            tests: 20, mayEvict: true, verifyEvery: 50);

    private static void Check(ScriptProfile profile, int tests, bool mayEvict, int verifyEvery, Action<ByteStoreOptions>? configure = null)
    {
        // For long runs by hand: STRATA_SCRIPT_FACTOR=50 runs fifty times as many scripts.
        if (int.TryParse(Environment.GetEnvironmentVariable("STRATA_SCRIPT_FACTOR"), out int factor))
            tests *= factor;
        Property property = Prop.ForAll(OperationScripts.Of(profile), script =>
        {
            TimeSpan? defaultTtl = null;
            List<Removal> told = [];
            using var subject = new StoreUnderTest(options =>
            {
                configure?.Invoke(options);
                ModelRunner.Listen(options, told);
                defaultTtl = options.DefaultTtl;
            });
            new ModelRunner(subject, told, mayEvict, verifyEvery, defaultTtl).Run(script);
        });
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(tests).WithQuietOnSuccess(true), property);
    }
}
