using System.Buffers;
using System.Collections.Concurrent;
using Strata.Entries;
using Strata.Tiers;

namespace Strata.TestKit.Tiers;

/// <summary>
/// A tier over a dictionary that works as it should, newest wins and removals remembered for good, until it is told otherwise: to answer that it is throttled or faulted, to throw, or to hold calls until they are
/// released. It counts the calls it gets. Time is the given clock's.
/// </summary>
public sealed class FaultyTier(TimeProvider? timeProvider = null, string name = "faulty", TierTraits traits = TierTraits.Shared) : ICacheTier
{
    private static readonly byte[] s_anyKey = [0];

    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly HybridClock _clock = new(timeProvider ?? TimeProvider.System);
    private readonly ConcurrentDictionary<byte[], Entry> _entries = new(BytesComparer.Instance);
    private readonly Lock _writing = new();
    private volatile TaskCompletionSource? _hold;
    private int _reads;
    private int _writes;
    private int _removals;
    private int _marks;

    public string Name => name;

    public TierTraits Traits => traits;

    /// <summary>What every read answers instead of looking; <c>null</c> looks.</summary>
    public TierReadStatus? ReadFault { get; set; }

    /// <summary>What every hit says it has left to live; <c>null</c> says how it is.</summary>
    public TimeSpan? TimeLeft { get; set; }

    /// <summary>What every write and removal answers instead of doing it; <c>null</c> does it.</summary>
    public TierWriteStatus? WriteFault { get; set; }

    /// <summary>What every call throws, against the contract; <c>null</c> throws nothing.</summary>
    public Exception? Throws { get; set; }

    /// <summary>Is called once, when the next read has its value and before it answers.</summary>
    public Action? AfterRead { get; set; }

    /// <summary>Is called once, when the next removal comes and before it is done.</summary>
    public Action? BeforeRemoval { get; set; }

    public int Reads => Volatile.Read(ref _reads);

    public int Writes => Volatile.Read(ref _writes);

    public int Removals => Volatile.Read(ref _removals);

    /// <summary>How often everything was marked stale.</summary>
    public int Marks => Volatile.Read(ref _marks);

    public int Count => _entries.Count(entry => entry.Value.Value is not null);

    /// <summary>Makes every later call wait, before it does anything, until <see cref="Release"/>.</summary>
    public void Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets the calls go that <see cref="Hold"/> stopped.</summary>
    public void Release()
    {
        TaskCompletionSource? hold = _hold;
        _hold = null;
        hold?.SetResult();
    }

    /// <summary>The value of a key, past all faults; <c>null</c> when there is none.</summary>
    public byte[]? Peek(ReadOnlySpan<byte> key) => TryFind(key, out byte[]? value, out _, out _) ? value : null;

    public async ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Interlocked.Increment(ref _reads);
        await EnterAsync(key, cancellationToken);
        if (ReadFault is { } fault)
            return TierRead.Nothing(fault);
        if (!TryFind(key.Span, out byte[]? value, out TimeSpan expires, out bool isStale))
            return TierRead.Nothing(TierReadStatus.Miss);
        destination.Write(value);
        (Action? after, AfterRead) = (AfterRead, null);
        after?.Invoke();
        return new TierRead(isStale ? TierReadStatus.Stale : TierReadStatus.Hit, value.Length, TimeLeft ?? (expires == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : expires - Now()));
    }

    public async ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _writes);
        await EnterAsync(key, cancellationToken);
        if (WriteFault is { } fault)
            return fault;
        TimeSpan expires = options.Ttl is { } ttl && ttl != Timeout.InfiniteTimeSpan ? Now() + ttl : TimeSpan.MaxValue;
        lock (_writing)
        {
            if (options.Timestamp != 0 && _entries.TryGetValue(key.ToArray(), out Entry? there) && there.Timestamp > options.Timestamp)
                return TierWriteStatus.Superseded;
            _entries[key.ToArray()] = new Entry(value.ToArray(), expires, options.Timestamp != 0 ? options.Timestamp : _clock.Next());
        }

        return TierWriteStatus.Done;
    }

    public async ValueTask<TierWriteStatus> RemoveAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _removals);
        await EnterAsync(key, cancellationToken);
        if (WriteFault is { } fault)
            return fault;
        (Action? before, BeforeRemoval) = (BeforeRemoval, null);
        before?.Invoke();
        bool wasThere = TryFind(key.Span, out _, out _, out _);
        lock (_writing)
            _entries[key.ToArray()] = new Entry(null, TimeSpan.MaxValue, _clock.Next());
        return wasThere ? TierWriteStatus.Done : TierWriteStatus.NotFound;
    }

    public async ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default)
    {
        await EnterAsync(s_anyKey, cancellationToken);
        if (WriteFault is { } fault)
            return fault;
        foreach ((byte[] key, Entry entry) in _entries)
            _entries.TryUpdate(key, entry with { IsStale = true }, entry);
        Interlocked.Increment(ref _marks);
        return TierWriteStatus.Done;
    }

    public async ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default)
    {
        await EnterAsync(s_anyKey, cancellationToken);
        if (WriteFault is { } fault)
            return fault;
        _entries.Clear();
        return TierWriteStatus.Done;
    }

    public async IAsyncEnumerable<RecentEntry> ListRecent()
    {
        foreach ((byte[] key, Entry entry) in _entries.Where(static entry => entry.Value.Value is not null).OrderByDescending(static entry => entry.Value.Timestamp))
        {
            await EnterAsync(key, CancellationToken.None);
            yield return new RecentEntry(key, entry.Value!.Length);
        }
    }

    private async ValueTask EnterAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        if (key.Length is 0 or > 4096)
            throw new ArgumentException($"The key has {key.Length} bytes; a key has 1 to 4096 bytes.", nameof(key));
        cancellationToken.ThrowIfCancellationRequested();
        if (_hold is { } hold)
            await hold.Task.WaitAsync(cancellationToken);
        if (Throws is { } exception)
            throw exception;
    }

    private bool TryFind(ReadOnlySpan<byte> key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? value, out TimeSpan expires, out bool isStale)
    {
        bool isKnown = _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out Entry? entry);
        (value, expires, isStale) = isKnown && entry!.Expires > Now() ? (entry.Value, entry.Expires, entry.IsStale) : default;
        return value is not null;
    }

    private TimeSpan Now() => _time.GetElapsedTime(0);

    /// <summary>A value, or the memory of its removal.</summary>
    private sealed record Entry(byte[]? Value, TimeSpan Expires, long Timestamp, bool IsStale = false);
}
