using System.Diagnostics;
using Strata.Engine;
using Strata.Engine.Layout;
using Strata.Lab.Load;

namespace Strata.Lab.Subjects;

/// <summary>
/// Writes entries of mixed lifetimes at a steady pace, then lets them expire with no traffic but a few reads of what has just expired. One thread, so that
/// nothing is under way when it looks; the store's own timer works beside it.
/// </summary>
internal sealed class MixedTtlRun(TtlMix mix, int entries, int loadMs, long capacityBytes, int seed) : IDisposable
{
    /// <summary>An entry may be reclaimed so much later than its time: a second, or a hundredth of its lifetime, which is shorter in every mix.</summary>
    private const int GraceMs = 1000;

    private const int SampleMs = 20;
    private const int WalkMs = 250;
    private const int ReadsPerMs = 8;
    private const int LeastValueBytes = 20;
    private const int ValueSpreadBytes = 200;

    private readonly ByteStore _store = new(new ByteStoreOptions { CapacityBytes = capacityBytes });
    private readonly Random _random = new(seed);
    private readonly ValueSet _values = new(seed, LeastValueBytes + ValueSpreadBytes);
    private readonly byte[] _key = new byte[KeySet.KeyBytes];
    private readonly byte[] _value = new byte[LeastValueBytes + ValueSpreadBytes];

    // By the millisecond of the run: the bytes that expire then at the earliest, and the entries that have expired then for certain, as a list.
    private readonly long[] _expiringBytes = new long[loadMs + (2 * TtlMix.LongestMs)];
    private readonly int[] _lastExpired = new int[loadMs + (2 * TtlMix.LongestMs)];
    private readonly int[] _previousExpired = new int[entries + 1];

    private readonly long _startMs = ClockMs;
    private long _liveBytes;
    private int _passedMs;
    private double _sumPercent;

    /// <summary>The greatest share of the used bytes that had expired and was not reclaimed, over all samples, and the mean.</summary>
    public double MostExpiredPercent { get; private set; }
    public double MeanExpiredPercent => _sumPercent / Samples;

    /// <summary>The least share of the entries past their grace that had been reclaimed, over all walks.</summary>
    public double LeastReclaimedPercent { get; private set; } = 100;

    /// <summary>Reads that returned an expired entry, and all reads of expired entries.</summary>
    public long Served { get; private set; }
    public long Reads { get; private set; }

    public int Samples { get; private set; }

    public StoreStatistics Statistics => _store.GetStatistics();

    // The clock that the store reads, rounded as the store does it.
    private static long ClockMs => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);

    private long NowMs => ClockMs - _startMs;

    public void Run()
    {
        long sampleMs = 0, walkMs = WalkMs;
        int written = 0;
        for (long nowMs = 0; nowMs < loadMs + TtlMix.LongestMs + GraceMs + WalkMs; nowMs = NowMs)
        {
            for (long due = Math.Min(entries, nowMs * entries / loadMs); written < due; written++)
                Write(written);
            ReadExpired();
            if (nowMs >= sampleMs && _store.GetStatistics().Evictions == 0)
            {
                Sample();
                sampleMs = nowMs + SampleMs;
            }

            if (nowMs >= walkMs)
            {
                Walk();
                walkMs = nowMs + WalkMs;
            }

            Thread.Sleep(1);
        }
    }

    public void Dispose() => _store.Dispose();

    private void Write(int index)
    {
        KeySet.Write((ulong)seed, index, _key);
        long ttlMs = mix.NextMs(_random);
        ReadOnlySpan<byte> value = _values.Of(index)[..(LeastValueBytes + _random.Next(ValueSpreadBytes))];
        long beforeMs = NowMs;
        _store.Set(_key, value, new WriteOptions { Ttl = ttlMs == 0 ? null : TimeSpan.FromMilliseconds(ttlMs) });
        long afterMs = NowMs;
        int recordBytes = RecordBytes(value.Length, ttlMs != 0);
        _liveBytes += recordBytes;
        if (ttlMs == 0)
            return;
        _expiringBytes[beforeMs + ttlMs] += recordBytes;
        _previousExpired[index + 1] = _lastExpired[afterMs + ttlMs];
        _lastExpired[afterMs + ttlMs] = index + 1;
    }

    // Books what has expired by now, and asks for some of it.
    private void ReadExpired()
    {
        for (long nowMs = NowMs; _passedMs <= nowMs; _passedMs++)
        {
            _liveBytes -= _expiringBytes[_passedMs];
            int next = _lastExpired[_passedMs];
            for (int read = 0; read < ReadsPerMs && next != 0; read++, next = _previousExpired[next])
            {
                KeySet.Write((ulong)seed, next - 1, _key);
                Reads++;
                Served += _store.TryGet(_key, _value, out int _) == ReadOutcome.Hit ? 1 : 0;
            }
        }
    }

    // Nothing was evicted: what the store holds beyond what is alive has expired.
    private void Sample()
    {
        StoreStatistics statistics = _store.GetStatistics();
        Add(100.0 * (statistics.RecordBytes - _liveBytes) / statistics.UsedBytes);
    }

    private void Walk()
    {
        StoreStatistics statistics = _store.GetStatistics();
        long overdue = _store.CountOverdue(GraceMs);
        if (overdue + statistics.Expirations > 0)
            LeastReclaimedPercent = Math.Min(LeastReclaimedPercent, 100.0 * statistics.Expirations / (statistics.Expirations + overdue));
        // Where entries were evicted, only the walk can tell what has expired.
        if (statistics.Evictions > 0 && statistics.EntryCount > 0)
            Add(100.0 * _store.CountOverdue(0) / statistics.EntryCount * statistics.RecordBytes / statistics.UsedBytes);
    }

    private void Add(double expiredPercent)
    {
        MostExpiredPercent = Math.Max(MostExpiredPercent, expiredPercent);
        _sumPercent += expiredPercent;
        Samples++;
    }

    private static int RecordBytes(int valueBytes, bool expires) =>
        new RecordHeader(KeySet.KeyBytes, valueBytes, expires ? RecordFlags.Expiry : 0).RecordBytes(StoreLayout.MinSlabBytes);
}
