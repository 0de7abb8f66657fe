using System.Runtime.CompilerServices;
using Strata.Engine.Eviction;
using Strata.Engine.Expiry;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Stripes;

/// <summary>
/// One share of the keys: its part of the index, its rings of slabs, its ghost and its wheel, and the one lock that writers take. Readers
/// use none of this: they start from the stripe's <see cref="IndexRoot"/>.
/// </summary>
/// <remarks>
/// Members whose names end in UnderLock are called with <see cref="_gate"/> held; the public ones take it. No user code runs under it, not even the
/// time provider: what needs the time is given a reading from before the lock. So nothing throws in the middle of a change.
/// </remarks>
internal sealed unsafe partial class Stripe
{
    /// <summary>
    /// The free pages held back: one for the open slab that comes next, one for what the hand copies forward, and one because the first may
    /// be taken while the second is in use.
    /// </summary>
    private const int ReserveTarget = 3;

    /// <summary>The tables of a stripe: the pages of its head buckets, of its overflow buckets and of its ghost.</summary>
    public const int TableCount = 3;

    private readonly Lock _gate = new();
    private readonly StoreParts _parts;
    private readonly int _number;
    private readonly PagePool _pool;
    private readonly RecordReader _records;
    private readonly HashIndex _index;
    private readonly EvictionRing _probation;
    private readonly EvictionRing _main;
    private readonly GhostTable _ghost;
    private readonly TtlWheel _wheel;
    private readonly WasteList _waste;
    private readonly ReservedPages _reserve;
    private readonly ChainList _chains;
    private readonly int _slabLimit;
    private readonly int _entryLimit;
    private readonly ModeDuel? _duel;
    private AdaptivePolicy _policy;
    private SizeWeights _weights;
    private bool _isDisposed;
    private long _version;
    private long _liveBytes;
    private StripeCounters _counters;
    private long _recordPages;

    // The time as whoever holds the lock read it before; never ahead of the clock.
    private long _nowMs;

    /// <summary>Makes a stripe.</summary>
    /// <param name="parts">What all stripes share.</param>
    /// <param name="number">Which of them it is.</param>
    /// <param name="root">Where its readers start.</param>
    /// <param name="tablePageLimit">The pages that each of its tables has room for.</param>
    public Stripe(StoreParts parts, int number, IndexRoot* root, int tablePageLimit)
    {
        int firstTable = number * TableCount;
        _number = number;
        _parts = parts;
        _pool = parts.Pool;
        _records = parts.Records;
        _index = new HashIndex(root, parts.Records, parts.Pool, parts.Pool.TableOf(firstTable, tablePageLimit), parts.Pool.TableOf(firstTable + 1, tablePageLimit));
        _probation = new EvictionRing(parts.Pool, PageKind.Probation);
        _main = new EvictionRing(parts.Pool, PageKind.Main);
        _ghost = new GhostTable(parts.Pool, parts.Pool.TableOf(firstTable + 2, tablePageLimit));
        _wheel = new TtlWheel(parts.Pool, parts.NowMs);
        _waste = new WasteList(parts.Pool);
        _reserve = new ReservedPages(parts.Pool);
        _chains = new ChainList(parts.Pool);
        _slabLimit = parts.SlabLimit == 0 ? int.MaxValue : Math.Max(3, parts.SlabLimit / parts.StripeCount);
        _entryLimit = parts.EntryLimit == 0 ? int.MaxValue : Math.Max(1, parts.EntryLimit / parts.StripeCount);
        _duel = parts.Duel;
        _policy = new AdaptivePolicy(parts.Duel);
        _weights = new SizeWeights(parts.WeighsSizes);
        _removals = parts.Removals;
        _removalQueue = parts.Removals?.QueueOf(number);
        _index.AddFirstPage(parts.Pool.TryTake(PageKind.Index));
    }

    /// <summary>The pages that hold this stripe's records and chains: what it weighs when another one needs room.</summary>
    public long RecordPages => Volatile.Read(ref _recordPages);

    private int SlabCount => _probation.SlabCount + _main.SlabCount + (_hand != 0 ? 1 : 0);

    private long PagesOfRecordsUnderLock => SlabCount + (_probation.ChainBytes + _main.ChainBytes) / _pool.PageBytes;

    private RingBytes Rings => new(_probation.Bytes, _main.Bytes, ShareBytes, _counters.Evictions != 0);

    private long ShareBytes => _entryLimit != int.MaxValue
        ? _entryLimit * (EntryBytes / Math.Max(1, _index.EntryCount))
        : (_slabLimit == int.MaxValue ? _pool.PageLimit / _parts.StripeCount : _slabLimit) * (long)_pool.PageBytes;

    // What the entries take, the chains of long values included.
    private long EntryBytes => _liveBytes + _probation.ChainBytes + _main.ChainBytes;

    /// <summary>Drops every entry. Costs a step for each slab and each page of a long value.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            ThrowIfDisposedUnderLock();
            ReportClearUnderLock();
            _index.Clear();
            _ghost.Clear();
            ReturnChainsUnderLock();
            FinishHandUnderLock();
            ReturnSlabsUnderLock(_probation);
            ReturnSlabsUnderLock(_main);
            _waste.Clear();
            _liveBytes = 0;
            NoteWeightUnderLock();
        }
    }

    /// <summary>Waits for the writer under way and refuses every later one. The wait is steady: a dispose that stopped half-way could not be taken up again.</summary>
    public void Dispose()
    {
        using (_gate.EnterSteadily())
            _isDisposed = true;
    }

    public void AddTo(ref StripeCounters sum)
    {
        lock (_gate)
        {
            _counters.Entries = _index.EntryCount;
            _counters.LiveBytes = _liveBytes;
            _counters.IndexPages = _index.PageCount;
            _counters.LongChains = _index.LongChains;
            _counters.Rehashes = _index.RehashCount;
            _counters.SlabBytes = SlabBytes;
            _counters.ExpiredBytes = _waste.ExpiredBytes;
            sum.Add(_counters);
        }
    }

    private EvictionRing RingOf(bool isMain) => isMain ? _main : _probation;

    private void ThrowIfDisposedUnderLock()
    {
        if (_isDisposed)
            throw new ObjectDisposedException(nameof(ByteStore));
    }

    // The index has let go of every record, so whole slabs and chains can go without a look at a slot or a record.
    private void ReturnSlabsUnderLock(EvictionRing ring)
    {
        while (ring.FirstPage is var page and not 0)
        {
            ring.Detach(page);
            _wheel.Remove(page);
            _pool.Return(page);
        }
    }

    private void ReturnChainsUnderLock()
    {
        while (_chains.First is var first and not 0)
        {
            _chains.Remove(first);
            _pool.ReturnChain(first);
        }

        _probation.ChainBytes = _main.ChainBytes = 0;
    }

    private void NoteWeightUnderLock() =>
        Volatile.Write(ref _recordPages, PagesOfRecordsUnderLock);
}
