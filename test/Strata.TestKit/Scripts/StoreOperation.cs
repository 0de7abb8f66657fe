namespace Strata.TestKit.Scripts;

/// <summary>One step of an operation script; which fields count depends on the verb.</summary>
public sealed record StoreOperation(StoreOperationKind Kind)
{
    /// <summary>The time to live that stands for "the store's default".</summary>
    public const int DefaultTtl = 0;

    /// <summary>The time to live that stands for "never expires".</summary>
    public const int InfiniteTtl = -1;

    /// <summary>The number of the key.</summary>
    public int Key { get; init; }

    /// <summary>The length of the value written.</summary>
    public int ValueBytes { get; init; }

    /// <summary>Milliseconds, <see cref="DefaultTtl"/> or <see cref="InfiniteTtl"/>.</summary>
    public int TtlMs { get; init; } = DefaultTtl;

    /// <summary>The milliseconds until the entry is stale, at most its time to live; 0 for never.</summary>
    public int SoftTtlMs { get; init; }

    /// <summary>The length of the notes written with the value.</summary>
    public int NotesBytes { get; init; }

    /// <summary>Whether the entry gets the caller's mark.</summary>
    public bool Marked { get; init; }

    /// <summary>Whether the write asks for a version.</summary>
    public bool Versioned { get; init; }

    /// <summary>What is added to the true version in a compare-exchange: 0 for one that should succeed.</summary>
    public int VersionOffset { get; init; }

    /// <summary>Milliseconds the clock moves.</summary>
    public int AdvanceMs { get; init; }

    /// <summary>The time to live as an option: null for the default.</summary>
    public TimeSpan? Ttl => TtlMs switch
    {
        DefaultTtl => null,
        InfiniteTtl => Timeout.InfiniteTimeSpan,
        _ => TimeSpan.FromMilliseconds(TtlMs),
    };

    private string Extras =>
        $"{(Versioned ? ", versioned" : "")}{(SoftTtlMs != 0 ? $", soft {SoftTtlMs}" : "")}{(NotesBytes != 0 ? $", notes {NotesBytes}" : "")}{(Marked ? ", marked" : "")}";

    public override string ToString() => Kind switch
    {
        StoreOperationKind.Clear or StoreOperationKind.Enumerate or StoreOperationKind.Maintain => $"{Kind}",
        StoreOperationKind.Advance => $"Advance {AdvanceMs} ms",
        StoreOperationKind.Touch => $"Touch key {Key}, ttl {TtlMs}",
        StoreOperationKind.CompareExchange =>
            $"CompareExchange key {Key}, {ValueBytes} bytes, ttl {TtlMs}, version {VersionOffset:+0;-0}{Extras}",
        StoreOperationKind.Set or StoreOperationKind.SetSequence or StoreOperationKind.Add =>
            $"{Kind} key {Key}, {ValueBytes} bytes, ttl {TtlMs}{Extras}",
        _ => $"{Kind} key {Key}",
    };
}
