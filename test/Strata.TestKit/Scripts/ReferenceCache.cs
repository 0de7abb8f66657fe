namespace Strata.TestKit.Scripts;

/// <summary>
/// The plainest cache that could be right: a dictionary and a clock. It never drops an entry by itself; a test that knows that the cache
/// under test may have dropped one calls <see cref="Forget"/>.
/// </summary>
public sealed class ReferenceCache(TimeProvider clock, TimeSpan? defaultTtl = null)
{
    private readonly Dictionary<byte[], ReferenceEntry> _entries = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], long> _highestVersions = new(ByteKeyComparer.Instance);
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Milliseconds since this cache was made.</summary>
    public long NowMs => (long)clock.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Keys written and neither removed nor cleared nor forgotten since, expired or not.</summary>
    public int WrittenCount => _entries.Count;

    /// <summary>The live entries.</summary>
    public IEnumerable<KeyValuePair<byte[], ReferenceEntry>> Live => _entries.Where(pair => pair.Value.ExpiresAtMs > NowMs);

    /// <summary>The live entry of this key, or null.</summary>
    public ReferenceEntry? Find(byte[] key) => _entries.TryGetValue(key, out ReferenceEntry? entry) && entry.ExpiresAtMs > NowMs ? entry : null;

    public void Set(byte[] key, byte[] value, TimeSpan? ttl, bool versioned) => _entries[key] = new ReferenceEntry(value, ExpiryOf(ttl), versioned);

    public void Touch(ReferenceEntry entry, TimeSpan? ttl)
    {
        entry.ExpiresAtMs = ExpiryOf(ttl);
        entry.StaleAtMs = entry.Times.Soft ? Math.Min(entry.StaleAtMs, entry.ExpiresAtMs) : long.MaxValue;
        entry.Times = (entry.Times.Soft, entry.Times.Hard || entry.ExpiresAtMs != long.MaxValue);
    }

    public void Remove(byte[] key) => _entries.Remove(key);

    public void Clear() => _entries.Clear();

    /// <summary>Accepts that the cache under test dropped this key.</summary>
    public void Forget(byte[] key) => _entries.Remove(key);

    /// <summary>Takes note of a version that the cache under test reported. Returns what is wrong with it, or null.</summary>
    public string? Observe(byte[] key, ReferenceEntry entry, long version)
    {
        if (!entry.Versioned)
            return version == 0 ? null : $"an entry without a version reports {version}";
        if (entry.SeenVersion != 0)
            return version == entry.SeenVersion ? null : $"the version went from {entry.SeenVersion} to {version} without a write";
        long highest = _highestVersions.GetValueOrDefault(key);
        if (version <= highest)
            return $"version {version} after {highest} of the same key";
        entry.SeenVersion = version;
        _highestVersions[key] = version;
        return null;
    }

    private long ExpiryOf(TimeSpan? ttl)
    {
        TimeSpan chosen = ttl ?? defaultTtl ?? Timeout.InfiniteTimeSpan;
        return chosen == Timeout.InfiniteTimeSpan ? long.MaxValue : NowMs + (long)chosen.TotalMilliseconds;
    }
}
