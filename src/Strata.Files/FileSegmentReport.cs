namespace Strata.Files;

/// <summary>What <see cref="FileStoreInspector"/> found in one segment.</summary>
public sealed record FileSegmentReport
{
    /// <summary>The name of the file.</summary>
    public required string Name { get; init; }

    /// <summary>Its length.</summary>
    public long LengthBytes { get; init; }

    /// <summary><c>sealed</c>, <c>open</c> when it was not full when the store was last used, <c>free</c>, <c>never written</c>, or what is wrong with it.</summary>
    public string State { get; init; } = "";

    /// <summary>The number of its life; 0 when it has none.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>When that life began.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The good records.</summary>
    public int Records { get; init; }

    /// <summary>Those of them that remove something: tombstones, clears and rules.</summary>
    public int Removals { get; init; }

    /// <summary>The bytes of the good records.</summary>
    public long RecordBytes { get; init; }

    /// <summary>Records that should be there and are not, or not as they were written.</summary>
    public int DamagedRecords { get; init; }
}
