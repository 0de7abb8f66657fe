using Strata.Payloads.Envelopes;
using Strata.Tiers;
using Strata.Tiers.Chaos;

namespace Strata.Lab.Chaos;

/// <summary>A tier within the process that fails as it is told.</summary>
internal sealed class StandInScenario(string fault, Action<SwitchedTier> breakIt, Action<SwitchedTier> mendIt) : ChaosScenario
{
    private readonly MemoryTier _memory = new(new() { CapacityBytes = 64 << 20 });
    private SwitchedTier? _tier;

    public override string Tier => "memory";

    public override string Fault => fault;

    /// <summary>All of them.</summary>
    public static IEnumerable<ChaosScenario> All(int seed) =>
    [
        new StandInScenario("partitioned", static tier => tier.Good.IsPartitioned = true, static tier => tier.Good.IsPartitioned = false),
        new StandInScenario("frozen", static tier => tier.Good.IsFrozen = true, static tier => tier.Good.IsFrozen = false),
        new StandInScenario("restarted empty", static tier => tier.Good.IsPartitioned = true, static tier => tier.RestartAsync().AsTask().Wait()),
        Random("erring", new() { Seed = seed, FaultShare = 0.3, ThrowShare = 0.1, LostAnswerShare = 0.2 }),
        Random("slow", new() { Seed = seed, LatencyShare = 0.5, MaxLatency = TimeSpan.FromSeconds(2) }),
        Random("corrupting", new() { Seed = seed, CorruptShare = 0.5 }),
    ];

    public override ValueTask<ICacheTier> StartAsync()
    {
        _tier = new SwitchedTier(_memory);
        return new(new EnvelopedTier(_tier, new EnvelopeOptions()));
    }

    public override ValueTask BreakAsync()
    {
        breakIt(_tier!);
        return ValueTask.CompletedTask;
    }

    public override ValueTask MendAsync()
    {
        mendIt(_tier!);
        return ValueTask.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        _memory.Dispose();
        return ValueTask.CompletedTask;
    }

    private static StandInScenario Random(string fault, ChaosOptions options) => new(fault, tier => tier.Use(options), static tier => tier.Use(null));
}
