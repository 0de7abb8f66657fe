using System.Buffers;
using System.Diagnostics;
using System.Text;
using Strata.Engine.Memory;

namespace Strata.Engine.Stress.Torture;

/// <summary>
/// A dictionary under a lock that does all a store does, with one fault. Without one it must pass, which shows that the torture blames
/// nobody wrongly; with one it must not, which shows that the torture sees it.
/// </summary>
internal class ControlTarget(ControlFault fault) : ITortureTarget
{
    private const int MaxEntries = 4096;
    private const int OneIn = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private long _operations;
    private long _version;
    private bool _isDisposed;

    public long MaxValueBytes => 1 << 18;

    public long MaxCapacityBytes => long.MaxValue;

    public ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out EntryInfo info)
    {
        lock (_gate)
        {
            info = default;
            if (Read(key) is not { } value)
                return ReadOutcome.Miss;
            info = new EntryInfo(value.Length, Find(key)?.Version ?? 0, long.MaxValue);
            if (value.Length > destination.Length)
                return ReadOutcome.DestinationTooShort;
            value.CopyTo(destination);
            return ReadOutcome.Hit;
        }
    }

    public ReadOutcome TryGet(ReadOnlySpan<byte> key, Span<byte> destination, out int valueBytes)
    {
        ReadOutcome outcome = TryGet(key, destination, out EntryInfo info);
        valueBytes = info.ValueBytes;
        return outcome;
    }

    public int TryGetMany(in ByteSpans keys, Span<byte> destination, Span<BatchRead> results)
    {
        int hits = 0, used = 0;
        for (int i = 0; i < keys.Count; i++)
        {
            ReadOutcome outcome = TryGet(keys[i], destination[used..], out int valueBytes);
            results[i] = new BatchRead(outcome, used, valueBytes);
            if (outcome != ReadOutcome.Hit)
                continue;
            used += valueBytes;
            hits++;
        }

        return hits;
    }

    public ReadOutcome TryGet(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, out EntryInfo info)
    {
        lock (_gate)
        {
            info = default;
            if (Read(key) is not { } value)
                return ReadOutcome.Miss;
            info = new EntryInfo(value.Length, Find(key)?.Version ?? 0, long.MaxValue);
            destination.Write(value);
            return ReadOutcome.Hit;
        }
    }

    public IDisposable? TryLease(ReadOnlySpan<byte> key, out ReadOnlySequence<byte> value)
    {
        lock (_gate)
        {
            byte[]? found = Read(key);
            value = new(found ?? []);
            return found is null ? null : new MemoryStream();
        }
    }

    public bool TryGetInfo(ReadOnlySpan<byte> key, out EntryInfo info)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            Entry? entry = Find(key);
            info = entry is null ? default : new EntryInfo(entry.Value.Length, entry.Version, long.MaxValue);
            return entry is not null;
        }
    }

    public WriteOutcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, WriteFence fence)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (fence.IsPassed && fault != ControlFault.FenceIgnored)
                return WriteOutcome.Overtaken;
            Store(key, value, options);
            return WriteOutcome.Stored;
        }
    }

    public WriteOutcome Set(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, in WriteOptions options, WriteFence fence) =>
        Set(key, value.ToArray(), options, fence);

    public virtual WriteOutcome Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            bool exists = Find(key) is not null;
            if (!exists || fault == ControlFault.AddReplaces)
                Store(key, value, options);
            return exists ? WriteOutcome.Exists : WriteOutcome.Stored;
        }
    }

    public WriteOutcome CompareExchange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expectedVersion, in WriteOptions options, out long version)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            Entry? entry = Find(key);
            version = entry?.Version ?? 0;
            if (entry is null)
                return WriteOutcome.NotFound;
            if (entry.Version == 0)
                return WriteOutcome.NotVersioned;
            if (entry.Version != expectedVersion && fault != ControlFault.NoCompare)
                return WriteOutcome.VersionMismatch;
            version = Store(key, value, options).Version;
            return WriteOutcome.Stored;
        }
    }

    public WriteOutcome Touch(ReadOnlySpan<byte> key, TimeSpan? ttl)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            Entry? entry = Find(key);
            if (entry is null)
                return WriteOutcome.NotFound;
            entry.Expiry = ExpiryOf(ttl);
            return WriteOutcome.Stored;
        }
    }

    public bool Remove(ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (Find(key) is null)
                return false;
            if (fault != ControlFault.ForgottenRemoval || !IsTime())
                _entries.Remove(NameOf(key));
            return true;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            if (fault != ControlFault.ForgottenByClear)
                _entries.Clear();
        }
    }

    public void Maintain()
    {
        lock (_gate)
            ThrowIfDisposed();
    }

    public void SetCapacity(double part) => Maintain();

    public void Trim() => Maintain();

    public void Enumerate(EntryVisitor visit)
    {
        List<(string Name, Entry Entry)> entries;
        lock (_gate)
        {
            ThrowIfDisposed();
            entries = [.. _entries.Select(pair => (pair.Key, pair.Value))];
        }

        foreach ((string name, Entry entry) in entries)
            visit(Encoding.Latin1.GetBytes(name), new EntryInfo(entry.Value.Length, entry.Version, long.MaxValue));
    }

    public StoreStatistics GetStatistics()
    {
        lock (_gate)
        {
            ThrowIfDisposed();
            return new StoreStatistics { EntryCount = _entries.Count };
        }
    }

    public void VerifyIntegrity()
    {
        lock (_gate)
            ThrowIfDisposed();
    }

    public void Dispose()
    {
        lock (_gate)
            _isDisposed = true;
    }

    private byte[]? Read(ReadOnlySpan<byte> key)
    {
        if (fault != ControlFault.ReadAfterDispose)
            ThrowIfDisposed();
        if (Find(key) is not { } entry)
            return null;
        if (!IsTime())
            return entry.Value;
        return fault switch
        {
            ControlFault.StaleRead => entry.Former ?? entry.Value,
            ControlFault.TornRead when entry.Former is { } former && former.Length == entry.Value.Length =>
                [.. entry.Value[..(entry.Value.Length / 2)], .. former[(entry.Value.Length / 2)..]],
            ControlFault.Poison => [.. Enumerable.Repeat(PagePool.PoisonByte, entry.Value.Length)],
            ControlFault.OtherKey => _entries.Values.First().Value,
            ControlFault.FalseMiss => null,
            _ => entry.Value,
        };
    }

    private Entry? Find(ReadOnlySpan<byte> key) =>
        _entries.TryGetValue(NameOf(key), out Entry? entry) && (entry.Expiry > Stopwatch.GetTimestamp() || fault == ControlFault.ServedExpired) ? entry : null;

    private Entry Store(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options)
    {
        if (_entries.Count == MaxEntries)
            _entries.Remove(_entries.Keys.First());
        if (fault == ControlFault.LeaseOverwritten)
            Find(key)?.Value.AsSpan().Clear();
        var entry = new Entry(value.ToArray(), Find(key)?.Value, options.Versioned ? ++_version : 0) { Expiry = ExpiryOf(options.Ttl) };
        _entries[NameOf(key)] = entry;
        return entry;
    }

    private bool IsTime() => ++_operations % OneIn == 0;

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);

    private static string NameOf(ReadOnlySpan<byte> key) => Encoding.Latin1.GetString(key);

    private static long ExpiryOf(TimeSpan? ttl) =>
        ttl is { } time && time != Timeout.InfiniteTimeSpan ? Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency) : long.MaxValue;

    private sealed record Entry(byte[] Value, byte[]? Former, long Version)
    {
        public long Expiry { get; set; }
    }
}
