namespace Strata.Engine;

/// <summary>What backs a store's native memory. What the system does not tell is null: it is told on Linux.</summary>
public readonly record struct MemoryReport
{
    /// <summary>Bytes of address space, for the largest capacity.</summary>
    public long ReservedBytes { get; init; }

    /// <summary>Bytes of it that are in memory; null where it is not known.</summary>
    public long? ResidentBytes { get; init; }

    /// <summary>Bytes of <see cref="ResidentBytes"/> in huge pages; null where it is not known.</summary>
    public long? HugePageBytes { get; init; }

    /// <summary>
    /// Whether huge pages were asked for and the system did not refuse. A store of more than 8 MiB asks, on Linux; one that was shrunk asks again when its capacity reaches
    /// what it once used.
    /// </summary>
    public bool HugePagesRequested { get; init; }
}
