namespace Strata.Engine.Stress.Linear;

internal sealed record LinearOptions
{
    public int Threads { get; init; } = Environment.ProcessorCount + 1;

    public int Seed { get; init; } = 1;

    /// <summary>Keys whose histories are recorded.</summary>
    public int Keys { get; init; } = 3;

    /// <summary>Recorded operations of each thread before everything stops and is judged.</summary>
    public int OperationsPerRound { get; init; } = 800;

    /// <summary>Rounds in the life of a store.</summary>
    public int Rounds { get; init; } = 25;

    /// <summary>Whether an entry may be lost: writes have short times to live, and the store may evict.</summary>
    public bool MayVanish { get; init; }

    /// <summary>How many keys there are besides, that nobody records: they make the index grow and the store evict.</summary>
    public int Fillers { get; init; } = 10_000;

    public int FillerBytes { get; init; } = 40;
}
