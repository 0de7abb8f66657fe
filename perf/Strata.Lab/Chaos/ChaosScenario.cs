using Strata.Tiers;

namespace Strata.Lab.Chaos;

/// <summary>One way in which a tier fails, and goes on afterwards.</summary>
internal abstract class ChaosScenario : IAsyncDisposable
{
    /// <summary>What stands behind memory: <c>memory</c> for a stand-in within the process.</summary>
    public abstract string Tier { get; }

    /// <summary>What happens to it.</summary>
    public abstract string Fault { get; }

    /// <summary>Starts the tier; the same one for every cache of the run.</summary>
    public abstract ValueTask<ICacheTier> StartAsync();

    /// <summary>Has it fail.</summary>
    public abstract ValueTask BreakAsync();

    /// <summary>Has it go on.</summary>
    public abstract ValueTask MendAsync();

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
