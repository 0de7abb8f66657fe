using System.Buffers.Binary;
using System.Globalization;
using Strata.Engine.Eviction;
using Strata.Engine.Hashing;
using Strata.Engine.Layout;

namespace Strata.Engine.Stress.Parity;

/// <summary>
/// The engine and the reference side by side, request by request: both must hit alike, and after each write hold the same keys. The engine has one
/// stripe, and records of which one fills a slab, so that its rings of slabs are queues of entries.
/// </summary>
internal sealed class ParityRun : IDisposable
{
    private const int SlabBytes = StoreLayout.MinSlabBytes;
    private const int KeyBytes = sizeof(long);
    private const int ValueBytes = SlabBytes - RecordHeader.LongestKeyOffset - KeyBytes;

    private static readonly int s_recordBytes = new RecordHeader(KeyBytes, ValueBytes, default).RecordBytes(SlabBytes);

    /// <summary>The parts of the window in which the ghost measures how long ago a key was dropped.</summary>
    private const long WindowTicks = 1 << 14;

    private const ulong SecretSeed = 7;

    private readonly ByteStore _store;
    private readonly S3FifoReference _reference;
    private readonly KeyNames _names;
    private readonly byte[] _value = new byte[ValueBytes];
    private readonly byte[] _destination = new byte[ValueBytes];

    private ParityRun(int capacity, long ghostDrops)
    {
        HashSecret secret = SecretOf(SecretSeed);
        _store = new ByteStore(new ByteStoreOptions
        {
            // The bound is the number of slabs; the capacity leaves room for index, ghost and reserve beside them.
            CapacityBytes = 2L * capacity * SlabBytes + (4 << 20),
            SlabBytes = SlabBytes,
            StripeCount = 1,
            RecordSlabLimit = capacity,
            EvictionMode = EvictionMode.S3Fifo,
            HashSecret = secret,
            BackgroundMaintenance = false,
            PoisonRecycled = true,
        });
        _reference = new S3FifoReference(capacity, ghostDrops);
        _names = new KeyNames(secret, _reference, ghostDrops);
    }

    public ParityTally Tally => _reference.Tally;

    /// <summary>Makes every request of a sequence. Returns the first thing in which engine and reference differ, or null.</summary>
    /// <param name="capacity">The slabs of the store, and the entries of the reference.</param>
    /// <param name="requests">The sequence.</param>
    /// <param name="tally">What the reference did.</param>
    /// <param name="ghostDrops">How many drops the reference remembers; null for as many as the engine.</param>
    public static string? Run(int capacity, IEnumerable<ParityRequest> requests, out ParityTally tally, long? ghostDrops = null)
    {
        using var run = new ParityRun(capacity, ghostDrops ?? GhostDrops(capacity));
        tally = run.Tally;
        foreach (ParityRequest request in requests)
        {
            if (run.Make(request) is { } difference)
                return string.Create(CultureInfo.InvariantCulture, $"request {tally.Requests} of key {request.Key} with {capacity} slabs: {difference}");
        }

        run._store.VerifyIntegrity();
        return null;
    }

    public void Dispose() => _store.Dispose();

    /// <summary>The drops that fill the ghost's window of bytes: nine tenths of the capacity, rounded down to what its clock tells apart.</summary>
    /// <exception cref="ArgumentException">The window ends so close to a whole number of records that the clock's rounding decides.</exception>
    public static long GhostDrops(int capacity)
    {
        long shareBytes = (long)capacity * SlabBytes;
        long tickBytes = (shareBytes - shareBytes / 10) / WindowTicks;
        long drops = Math.DivRem(WindowTicks * tickBytes, s_recordBytes, out long restBytes);
        return restBytes >= tickBytes ? drops : throw new ArgumentException($"With {capacity} slabs the ghost's window ends {restBytes} bytes behind a record; take another number.", nameof(capacity));
    }

    // A get, and a set after a miss or where the request is a write.
    private string? Make(ParityRequest request)
    {
        _reference.Tally.Requests++;
        long name = _names.NameOf(request.Key);
        Span<byte> key = stackalloc byte[KeyBytes];
        BinaryPrimitives.WriteInt64LittleEndian(key, name);
        if (!request.IsWrite)
        {
            bool isHit = _store.TryGet(key, _destination, out int _) == ReadOutcome.Hit;
            if (isHit != _reference.TryGet(name))
                return isHit ? "the engine hit, the reference did not" : "the reference hit, the engine did not";
            if (isHit)
                return null;
        }

        if (_store.Set(key, _value) is var outcome && outcome != WriteOutcome.Stored)
            return $"the write answered {outcome}";
        // What was evicted for its own new value is there again.
        foreach (long evicted in _reference.Set(name).Where(evicted => !_reference.Contains(evicted)))
        {
            BinaryPrimitives.WriteInt64LittleEndian(key, evicted);
            if (_store.TryGetInfo(key, out _))
                return $"the reference evicted {evicted}, the engine did not";
        }

        // As many are left: so the engine evicted no others.
        StoreStatistics statistics = _store.GetStatistics();
        return statistics.EntryCount == _reference.Count && statistics.Evictions == Tally.Evictions
            ? null
            : $"the engine has {statistics.EntryCount} entries after {statistics.Evictions} evictions, the reference {_reference.Count} after {Tally.Evictions}";
    }

    private static HashSecret SecretOf(ulong seed)
    {
        var words = new ulong[HashSecret.WordCount];
        new Random((int)seed).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words.AsSpan()));
        return new HashSecret(words);
    }
}
