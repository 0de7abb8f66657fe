using Strata.Engine;
using Strata.Engine.Eviction;
using Strata.Lab.Load;
using Strata.Lab.Measure;

namespace Strata.Lab.Subjects;

/// <summary>The engine as it ships: eviction, expiry and statistics on, every entry with a TTL of an hour, values copied out and then consumed.</summary>
internal sealed class StrataSubject(KeySet keys, ValueSet values, long capacityBytes, EvictionMode policy = EvictionMode.Adaptive) : Subject(keys, values)
{
    public const string SubjectName = "strata";

    private const int AttemptLimit = 10;
    private const double FullEnough = 0.95;

    private readonly ByteStore _store = new(new ByteStoreOptions
    {
        CapacityBytes = Math.Max(capacityBytes, ByteStoreOptions.MinCapacityBytes),
        DefaultTtl = TimeSpan.FromHours(1),
        EvictionMode = policy,
    });

    public override string Name => SubjectName;

    public override long Count => _store.GetStatistics().EntryCount;

    public ByteStore Store => _store;

    public StoreStatistics Statistics => _store.GetStatistics();

    public double FillPercent
    {
        get
        {
            StoreStatistics statistics = _store.GetStatistics();
            return 100.0 * statistics.UsedBytes / statistics.CapacityBytes;
        }
    }

    /// <summary>A store with room for every key and a few percent more.</summary>
    public static StrataSubject WithRoomFor(KeySet keys, ValueSet values) => new(keys, values, AmpleBytes(keys.Count, values));

    /// <summary>The capacity that has room for so many keys and a few percent more.</summary>
    public static long AmpleBytes(int entries, ValueSet values) => entries * (KeySet.KeyBytes + values.ValueBytes + 48L) + (2L << 20);

    /// <summary>
    /// A store that holds every key and little else: the smallest capacity found, by trial, in which writing all keys evicts none.
    /// Trials end when at least 95 % of it is in use.
    /// </summary>
    public static StrataSubject FilledToCapacity(KeySet keys, ValueSet values, ReadOnlySpan<int> order)
    {
        long tooSmall = 0;
        long capacity = order.Length * (KeySet.KeyBytes + values.ValueBytes + 64L) + (2L << 20);
        StrataSubject? best = null;
        for (int attempt = 0; attempt < AttemptLimit; attempt++)
        {
            StrataSubject trial = new(keys, values, capacity);
            trial.Write(order);
            StoreStatistics statistics = trial.Statistics;
            if (statistics.EntryCount == order.Length && statistics.Evictions == 0)
            {
                best?.Dispose();
                best = trial;
                if (trial.FillPercent >= 100 * FullEnough)
                    return best;
                long tight = (long)(statistics.UsedBytes / ((FullEnough + 1) / 2));
                capacity = tight > tooSmall && tight < capacity ? tight : (tooSmall + capacity) / 2;
            }
            else
            {
                trial.Dispose();
                tooSmall = capacity;
                capacity = best is null ? capacity + (capacity / 4) : (tooSmall + best.Statistics.CapacityBytes) / 2;
            }
        }

        return best ?? throw new InvalidOperationException($"No capacity up to {capacity:N0} bytes held {order.Length:N0} entries.");
    }

    protected override void WriteChunk(ReadOnlySpan<int> indices)
    {
        foreach (int index in indices)
            _store.Set(Keys.Utf8(index), Values.Of(index));
    }

    protected override void WriteChunk(KeyWindow given)
    {
        for (int i = 0; i < given.Count; i++)
            _store.Set(given.Keys.Utf8(given.First + i), Values.Of(i));
    }

    protected override ReadTally ReadChunk(KeyWindow asked)
    {
        Span<byte> buffer = stackalloc byte[Values.ValueBytes];
        return ReadChunk(asked.Keys.Utf8(asked.First, asked.Count), buffer);
    }

    // Apart, since the runtime compiles a method with both a loop and a buffer on the stack once and for good, without what it learned from running it.
    private ReadTally ReadChunk(ReadOnlySpan<byte> keys, Span<byte> buffer)
    {
        Checksum checksum = default;
        int hits = 0;
        for (; keys.Length >= KeySet.KeyBytes; keys = keys[KeySet.KeyBytes..])
        {
            if (_store.TryGet(keys[..KeySet.KeyBytes], buffer, out int valueBytes) != ReadOutcome.Hit)
                continue;
            checksum.Add(buffer[..valueBytes]);
            hits++;
        }

        return new(hits, checksum.Sum);
    }

    public override void Dispose() => _store.Dispose();
}
