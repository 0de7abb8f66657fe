namespace Strata.Engine.Stress.Parity;

/// <summary>
/// S3-FIFO as its paper has it (Yang, Zhang, Qiu, Yue, Rashmi, SOSP 2023), in queues of keys: a small probation queue, a main queue that is a clock
/// with counters to three, and a ghost of keys. Knows nothing of the engine but what is marked so: there the engine differs, by design.
/// </summary>
/// <param name="capacity">The entries it holds: the slabs of a store with one record to a slab.</param>
/// <param name="ghostDrops">How many later drops from probation a dropped key is remembered for.</param>
internal sealed class S3FifoReference(int capacity, long ghostDrops)
{
    private const int ProbationPercent = 10;
    private const int HitsForPromotion = 2;
    private const int MostHits = 3;

    /// <summary>The engine: so many entries stay in the course of one write at most; then the next one goes whatever its hits, so that a write is bounded.</summary>
    private const int MostPassed = 5;

    private readonly Queue<long> _probation = [];
    private readonly Queue<long> _main = [];
    private readonly Dictionary<long, int> _hits = [];
    private readonly Dictionary<long, long> _ghost = [];
    private readonly List<long> _evictedNow = [];
    private long _drops;
    private bool _hasTurned;

    public int Count => _hits.Count;

    public ParityTally Tally { get; } = new();

    public bool Contains(long key) => _hits.ContainsKey(key);

    /// <summary>How many keys were dropped from probation after this one; null when it was not dropped, or has returned in time.</summary>
    public long? DropsSince(long key) => _ghost.TryGetValue(key, out long dropped) ? _drops - dropped : null;

    /// <summary>Whether the key is there; if so, that is a hit.</summary>
    public bool TryGet(long key)
    {
        if (!_hits.TryGetValue(key, out int hits))
            return false;
        _hits[key] = Math.Min(hits + 1, MostHits);
        Tally.Hits++;
        return true;
    }

    /// <summary>Writes a key, over itself or as a new one. Returns the keys that were evicted for it, or by it.</summary>
    public IReadOnlyList<long> Set(long key)
    {
        _evictedNow.Clear();
        for (int passed = 0; Count >= capacity; passed++)
            Turn(mayPass: passed < MostPassed, sparesTheOnly: false);
        if (!Contains(key))
            Insert(key);
        // The engine: the hand makes one turn ahead, after the write that left no room, and not only before the next one. A slab is open as long as it
        // is its ring's last, and here the hand leaves an open one alone.
        if (Count >= capacity)
            Turn(mayPass: true, sparesTheOnly: true);
        return _evictedNow;
    }

    private void Insert(long key)
    {
        // The first filling overflows into main.
        bool overflows = Tally.Evictions == 0 && _probation.Count * 100 >= capacity * ProbationPercent;
        bool isRemembered = DropsSince(key) <= ghostDrops && _ghost.Remove(key);
        Tally.GhostHits += isRemembered ? 1 : 0;
        (isRemembered || overflows ? _main : _probation).Enqueue(key);
        _hits[key] = 0;
    }

    // The hand looks at one entry: the oldest of the queue that has more than its share.
    private void Turn(bool mayPass, bool sparesTheOnly)
    {
        bool isProbation = _main.Count == 0 || _probation.Count * 100 > Count * ProbationPercent;
        int fewest = sparesTheOnly ? 2 : 1;
        if ((isProbation ? _probation : _main).Count < fewest)
            isProbation = !isProbation;
        Queue<long> queue = isProbation ? _probation : _main;
        if (queue.Count < fewest)
            return;
        long key = queue.Dequeue();
        int hits = _hits[key];
        bool stays = isProbation ? hits >= HitsForPromotion : hits > 0;
        if (stays && mayPass)
        {
            _main.Enqueue(key);
            _hits[key] = isProbation ? 0 : hits - 1;
            Tally.Promotions += isProbation ? 1 : 0;
            Tally.SecondChances += isProbation ? 0 : 1;
        }
        else
        {
            Evict(key, isProbation);
            Tally.Forced += stays ? 1 : 0;
        }

        _hasTurned = true;
    }

    private void Evict(long key, bool fromProbation)
    {
        _hits.Remove(key);
        _evictedNow.Add(key);
        Tally.Evictions++;
        if (!fromProbation)
            return;
        _drops++;
        // The engine: the ghost is given its memory when the first slab has been reclaimed.
        if (_hasTurned)
            _ghost[key] = _drops;
    }
}
