namespace Strata.Redis;

/// <summary>What a <see cref="RedisTier"/> counted so far, apart from what its callers were told.</summary>
public sealed record RedisTierFaults
{
    /// <summary>Keys of ours that held what is not ours: another type, or an entry of another layout. They were misses, and were left as they were.</summary>
    public long Foreign { get; init; }

    /// <summary>Commands that the server did not answer, or answered with an error.</summary>
    public long Failed { get; init; }

    /// <summary>Loaded values that were not kept because something newer is known, or because their load began before the server was known or too long ago.</summary>
    public long Superseded { get; init; }

    /// <summary>Times that the connection was led to another master by sentinels.</summary>
    public long Failovers { get; init; }
}
