namespace Strata.TestKit.Scripts;

/// <summary>An entry as the <see cref="ReferenceCache"/> remembers it.</summary>
public sealed class ReferenceEntry(byte[] value, long expiresAtMs, bool versioned)
{
    public byte[] Value { get; } = value;

    /// <summary>The first millisecond at which the entry is gone; <see cref="long.MaxValue"/> for never.</summary>
    public long ExpiresAtMs { get; set; } = expiresAtMs;

    /// <summary>The first millisecond at which it is stale; <see cref="long.MaxValue"/> for never.</summary>
    public long StaleAtMs { get; set; } = long.MaxValue;

    /// <summary>Whether it was written with a soft time, and with a time to live.</summary>
    public (bool Soft, bool Hard) Times { get; set; }

    /// <summary>What was written beside the value.</summary>
    public byte[] Notes { get; set; } = [];

    public bool Marked { get; set; }

    public bool Versioned { get; } = versioned;

    /// <summary>The version the store reported first; 0 while nobody has looked.</summary>
    public long SeenVersion { get; set; }
}
