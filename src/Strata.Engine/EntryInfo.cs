namespace Strata.Engine;

/// <summary>What the store knows of an entry beside its bytes.</summary>
public readonly struct EntryInfo
{
    internal EntryInfo(int valueBytes, long version, long expiresInMs, long softExpiresInMs = long.MaxValue, int notesBytes = 0, bool isMarked = false, bool wasMadeStale = false)
    {
        ValueBytes = valueBytes;
        Version = version;
        ExpiresInMs = expiresInMs;
        SoftExpiresInMs = softExpiresInMs;
        NotesBytes = notesBytes;
        IsMarked = isMarked;
        WasMadeStale = wasMadeStale;
    }

    /// <summary>The length of the value in bytes.</summary>
    public int ValueBytes { get; }

    /// <summary>The length of the notes in bytes; 0 when there are none.</summary>
    public int NotesBytes { get; }

    /// <summary>The version of the entry, positive and growing with each write of its key, and no other entry's in this store, ever; 0 when it was written without one.</summary>
    public long Version { get; }

    /// <summary>The milliseconds left to live when it was read, at least 1; <see cref="long.MaxValue"/> when it does not expire.</summary>
    public long ExpiresInMs { get; }

    /// <summary>
    /// The milliseconds left until the entry is stale when it was read: 0 or less when it was past its soft time, and how long; <see cref="long.MaxValue"/> when it has none.
    /// </summary>
    public long SoftExpiresInMs { get; }

    /// <summary>Whether the entry carries the caller's mark.</summary>
    public bool IsMarked { get; }

    /// <summary>Whether it is stale because <see cref="ByteStore.MakeStale"/> or a sweep made it so, and has got no other soft time since.</summary>
    public bool WasMadeStale { get; }
}
