using Strata.Tiers;

namespace Strata.Lab.Chaos;

/// <summary>One way in which a tier fails, and goes on afterwards.</summary>
internal abstract class ChaosScenario : IAsyncDisposable
{
    /// <summary>What stands behind memory: <c>memory</c> for a stand-in within the process, <c>redis</c> or <c>files</c> for the real ones.</summary>
    public abstract string Tier { get; }

    /// <summary>What happens to it.</summary>
    public abstract string Fault { get; }

    /// <summary>Starts the tier; the same one for every cache of the run.</summary>
    /// <exception cref="PlatformNotSupportedException">This machine cannot do what happens here; the message says what.</exception>
    public abstract ValueTask<ICacheTier> StartAsync();

    /// <summary>Has it fail.</summary>
    public abstract ValueTask BreakAsync();

    /// <summary>Has it go on.</summary>
    public abstract ValueTask MendAsync();

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
