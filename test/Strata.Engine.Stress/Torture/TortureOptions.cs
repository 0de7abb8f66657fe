namespace Strata.Engine.Stress.Torture;

internal sealed record TortureOptions
{
    public int Threads { get; init; } = Environment.ProcessorCount + 1;

    public int Seed { get; init; } = 1;

    /// <summary>How long the threads work on one store before everything stops and is checked.</summary>
    public TimeSpan Lap { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Laps in the life of a store; after them it is disposed of under the threads' hands.</summary>
    public int Laps { get; init; } = 3;

    public int Keys { get; init; } = 20_000;

    /// <summary>Whether values are at most a few hundred bytes, so that many entries fit and the index grows.</summary>
    public bool HasSmallValuesOnly { get; init; }

    /// <summary>The longest value, where the store would take more.</summary>
    public int MaxValueBytes { get; init; } = 4 << 20;

    /// <summary>The longest time to live of a mortal key.</summary>
    public int MaxMortalMs { get; init; } = 40;

    /// <summary>How many operations there are to a clear, on average.</summary>
    public int OperationsPerClear { get; init; } = 200_000;

    /// <summary>How many operations there are to a change of the capacity, or a trim, on average; 0 for none.</summary>
    public int OperationsPerResize { get; init; }
}
