namespace Strata.Engine.Eviction;

/// <summary>
/// A small cache without values that follows one mode: it is asked for a sample of the keys, has the same part of the capacity, and so has about the hits that
/// the store would have under that mode. Used by one thread at a time.
/// </summary>
/// <remarks>Sampling keys by their hash keeps the shape of a miss curve: Waldspurger, Park, Garthwaite, Ahmad, "Efficient MRC construction with SHARDS", FAST 2015.</remarks>
internal sealed class ShadowDirectory
{
    /// <summary>The part of the capacity that the ghost remembers.</summary>
    private const int GhostPercent = 90;

    /// <summary>The most records that one request moves or drops; what is left is for the next.</summary>
    private const int StepNodes = 64;

    private readonly RingMode _mode;
    private readonly ShadowNode[] _nodes;
    private readonly ushort[] _buckets;
    private SizeWeights _weights;
    private ShadowList _probation;
    private ShadowList _main;
    private ShadowList _ghost;
    private ShadowList _free;
    private bool _hasEvicted;

    /// <param name="mode">The mode it follows.</param>
    /// <param name="nodeCount">The keys it has room for, remembered ones included: a power of two.</param>
    /// <param name="weighsSizes">Whether large entries have to earn more.</param>
    public ShadowDirectory(RingMode mode, int nodeCount, bool weighsSizes)
    {
        _mode = mode;
        _nodes = new ShadowNode[nodeCount];
        _buckets = new ushort[nodeCount];
        _weights = new SizeWeights(weighsSizes);
        _probation = new ShadowList(_nodes);
        _main = new ShadowList(_nodes);
        _ghost = new ShadowList(_nodes);
        _free = new ShadowList(_nodes);
        for (int node = 1; node < nodeCount; node++)
            _free.Append(node);
    }

    /// <summary>The bytes that its entries may take.</summary>
    public long CapacityBytes { get; set; }

    /// <summary>The entries it holds.</summary>
    public int Count => _probation.Count + _main.Count;

    /// <summary>Bytes of memory that a directory of so many nodes takes.</summary>
    public static int LengthBytes(int nodeCount) => nodeCount * (ShadowNode.NodeBytes + sizeof(ushort));

    /// <summary>Asks for a key and, after a miss, stores it. True on a hit.</summary>
    public bool Request(SampledKey sample)
    {
        int node = Find(sample.Key);
        bool isRemembered = node != 0 && _nodes[node].Place == ShadowPlace.Ghost;
        if (node != 0 && !isRemembered)
        {
            _nodes[node].Frequency = (byte)Math.Min(_nodes[node].Frequency + 1, Layout.IndexSlot.MaxFrequency);
            return true;
        }

        if (sample.RecordBytes > CapacityBytes)
            return false;
        if (isRemembered)
        {
            Unlink(node);
            _nodes[node].Place = ShadowPlace.Taken;
        }

        MakeRoom(sample.RecordBytes);
        if (_free.First == 0)
            return false;
        Insert(sample, _mode.BeginsInMain(isRemembered, Rings));
        return false;
    }

    /// <summary>Forgets the keys that are not in the sparser sample.</summary>
    public void Thin(int rank)
    {
        Thin(ref _probation, rank);
        Thin(ref _main, rank);
        Thin(ref _ghost, rank);
    }

    private RingBytes Rings => new(_probation.Bytes, _main.Bytes, CapacityBytes, _hasEvicted);

    private void MakeRoom(int bytes)
    {
        _weights.SetMean(_probation.Bytes + _main.Bytes, Count);
        for (int step = 0; step < StepNodes && Count > 0 && _probation.Bytes + _main.Bytes + bytes > CapacityBytes; step++)
            Evict();
        for (int step = 0; step < StepNodes && _ghost.First != 0 && (_free.First == 0 || _ghost.Bytes > CapacityBytes / 100 * GhostPercent); step++)
            Forget();
        for (int step = 0; step < StepNodes && _free.First == 0; step++)
        {
            Evict();
            if (_ghost.First != 0)
                Forget();
        }
    }

    // Moves or drops the oldest record of the ring that the mode names.
    private void Evict()
    {
        bool isMain = _probation.Count == 0 || (_main.Count > 0 && !_mode.EvictsProbation(Rings));
        int node = isMain ? _main.TakeFirst() : _probation.TakeFirst();
        ref ShadowNode entry = ref _nodes[node];
        int weight = _weights.Of(entry.Bytes);
        Verdict verdict = isMain ? _mode.OnMain(entry.Frequency, weight) : _mode.OnProbation(entry.Frequency, weight);
        if (verdict.IsKept)
        {
            entry.Place = ShadowPlace.Main;
            entry.Frequency = (byte)verdict.Frequency;
            _main.Append(node);
            return;
        }

        _hasEvicted = true;
        if (isMain)
        {
            Unlink(node);
            _free.Append(node);
        }
        else
        {
            entry.Place = ShadowPlace.Ghost;
            _ghost.Append(node);
        }
    }

    private void Forget()
    {
        int node = _ghost.TakeFirst();
        if (_nodes[node].Place == ShadowPlace.Ghost)
            Unlink(node);
        _free.Append(node);
    }

    private void Insert(SampledKey sample, bool isMain)
    {
        int node = _free.TakeFirst();
        ref ushort bucket = ref BucketOf(sample.Key);
        _nodes[node] = new ShadowNode
        {
            Key = sample.Key,
            Bytes = sample.RecordBytes,
            Rank = (byte)sample.Rank,
            Place = isMain ? ShadowPlace.Main : ShadowPlace.Probation,
            NextInBucket = bucket,
        };
        bucket = (ushort)node;
        if (isMain)
            _main.Append(node);
        else
            _probation.Append(node);
    }

    private int Find(uint key)
    {
        int node = BucketOf(key);
        while (node != 0 && _nodes[node].Key != key)
            node = _nodes[node].NextInBucket;
        return node;
    }

    private void Unlink(int node)
    {
        ref ushort link = ref BucketOf(_nodes[node].Key);
        while (link != node)
            link = ref _nodes[link].NextInBucket;
        link = _nodes[node].NextInBucket;
    }

    private ref ushort BucketOf(uint key) => ref _buckets[key & (uint)(_buckets.Length - 1)];

    private void Thin(ref ShadowList list, int rank)
    {
        ShadowList kept = new(_nodes);
        while (list.First != 0)
        {
            int node = list.TakeFirst();
            if (_nodes[node].Rank >= rank)
            {
                kept.Append(node);
                continue;
            }

            if (_nodes[node].Place != ShadowPlace.Taken)
                Unlink(node);
            _free.Append(node);
        }

        list = kept;
    }
}
