namespace Strata.Engine;

/// <summary>What the store knows of an entry beside its bytes.</summary>
public readonly struct EntryInfo
{
    internal EntryInfo(int valueBytes, long version, long expiresInMs)
    {
        ValueBytes = valueBytes;
        Version = version;
        ExpiresInMs = expiresInMs;
    }

    /// <summary>The length of the value in bytes.</summary>
    public int ValueBytes { get; }

    /// <summary>The version of the entry, positive and growing with each write of its key; 0 when it was written without one.</summary>
    public long Version { get; }

    /// <summary>The milliseconds left to live when it was read, at least 1; <see cref="long.MaxValue"/> when it does not expire.</summary>
    public long ExpiresInMs { get; }
}
