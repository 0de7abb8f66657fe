namespace Strata.TestKit.Scripts;

/// <summary>What the operations of generated scripts look like.</summary>
public sealed record ScriptProfile
{
    /// <summary>The number of different keys.</summary>
    public required int KeyCount { get; init; }

    /// <summary>The lengths that values are drawn from.</summary>
    public required IReadOnlyList<int> ValueBytes { get; init; }

    /// <summary>The times to live that writes are drawn from, as in <see cref="StoreOperation.TtlMs"/>.</summary>
    public IReadOnlyList<int> TtlsMs { get; init; } = [StoreOperation.DefaultTtl, StoreOperation.DefaultTtl, StoreOperation.InfiniteTtl, 1, 2, 10, 100, 1000, 60_000, 10_000_000];

    /// <summary>The steps that the clock is drawn from.</summary>
    public IReadOnlyList<int> AdvancesMs { get; init; } = [0, 1, 1, 2, 9, 50, 999, 1000, 30_000, 3_600_000];

    /// <summary>The least number of operations in a script.</summary>
    public int MinOperations { get; init; } = 1;

    /// <summary>The largest number of operations in a script.</summary>
    public int MaxOperations { get; init; } = 200;

    /// <summary>The weight of writes beside 40 of reads.</summary>
    public int WriteWeight { get; init; } = 30;

    /// <summary>The weight of <see cref="StoreOperationKind.Clear"/>.</summary>
    public int ClearWeight { get; init; } = 1;
}
