using System.Buffers.Binary;
using System.Numerics;
using Strata.Engine;
using Strata.Engine.Eviction;
using Strata.Engine.Layout;
using Strata.Lab.Load;

namespace Strata.Lab.Subjects;

/// <summary>One trace through one store: a get for each request, and a set after each miss.</summary>
internal sealed class Replay
{
    /// <summary>Smaller cells are left out: what a slab rounds off is too large a part of them.</summary>
    public const int FewestObjects = 1000;

    private const int KeyBytes = sizeof(ulong);
    private const int FewestSlabs = 64;

    /// <summary>The length of every value in object mode.</summary>
    private const int ValueBytes = 200;

    private const long LargestFootprintBytes = 1L << 30;

    private readonly Trace _trace;

    private Replay(Trace trace, double fraction, bool isObjects, EvictionGoal favor, EvictionMode policy)
    {
        _trace = trace;
        Fraction = fraction;
        IsObjects = isObjects;
        Favor = favor;
        Policy = policy;
        ObjectCount = (int)Math.Round(trace.UniqueKeys * fraction);
        Scale = isObjects ? 1 : (int)((trace.FootprintBytes + LargestFootprintBytes - 1) / LargestFootprintBytes);
    }

    public string TraceName => _trace.Name;

    public double Fraction { get; }

    /// <summary>Whether every object counts the same, or by its bytes.</summary>
    public bool IsObjects { get; }

    /// <summary>What the store is told to favour.</summary>
    public EvictionGoal Favor { get; }

    public EvictionMode Policy { get; }

    public string Mode => IsObjects ? "object" : "byte";

    /// <summary>The objects of average size that the cell holds.</summary>
    public int ObjectCount { get; }

    /// <summary>What sizes are divided by, so that the footprint fits into memory.</summary>
    public int Scale { get; }

    public double MissRatio { get; private set; }

    public double ByteMissRatio { get; private set; }

    /// <summary>The most entries that were in the store after any request.</summary>
    public long MostEntries { get; private set; }

    public static Replay OfObjects(Trace trace, double fraction, EvictionMode policy) =>
        new(trace, fraction, isObjects: true, EvictionGoal.ObjectHits, policy);

    public static Replay OfBytes(Trace trace, double fraction, EvictionGoal favor, EvictionMode policy) =>
        new(trace, fraction, isObjects: false, favor, policy);

    public void Run()
    {
        using ByteStore store = new(Options());
        byte[] value = new byte[IsObjects ? ValueBytes : _trace.MaxSizeBytes];
        byte[] buffer = new byte[value.Length];
        Span<byte> key = stackalloc byte[KeyBytes];
        long misses = 0;
        double bytes = 0;
        double missedBytes = 0;
        for (int request = 0; request < _trace.Keys.Length; request++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(key, _trace.Keys[request]);
            int size = _trace.Sizes[request];
            bytes += size;
            if (store.TryGet(key, buffer, out int _) == ReadOutcome.Miss)
            {
                misses++;
                missedBytes += size;
                store.Set(key, value.AsSpan(0, IsObjects ? value.Length : ScaledBytes(size)));
                // Nothing else makes entries.
                MostEntries = Math.Max(MostEntries, store.GetStatistics().EntryCount);
            }
        }

        MissRatio = (double)misses / _trace.Keys.Length;
        ByteMissRatio = missedBytes / bytes;
    }

    private ByteStoreOptions Options()
    {
        long budget = IsObjects ? (long)ObjectCount * (ValueBytes + KeyBytes + new RecordHeader(KeyBytes, ValueBytes, default).HeaderBytes) : (long)(_trace.FootprintBytes / Scale * Fraction);
        int slabBytes = IsObjects
            ? StoreLayout.MinSlabBytes
            : (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)(budget / FewestSlabs)) / 2, StoreLayout.MinSlabBytes, StoreLayout.MaxSlabBytes);
        // The bound is the number of entries or of slabs; the capacity only leaves room for index and ghost beside them.
        long capacity = (2L * budget) + (256L * ObjectCount) + (16L << 20);
        return new()
        {
            CapacityBytes = capacity,
            MaxValueBytes = Math.Min(((2L * budget) + (16L << 20)) / 4, ByteStoreOptions.LimitValueBytes),
            SlabBytes = slabBytes,
            StripeCount = 1,
            RecordSlabLimit = IsObjects ? 0 : (int)(budget / slabBytes),
            EntryLimit = IsObjects ? ObjectCount : 0,
            Favor = Favor,
            EvictionMode = Policy,
            BackgroundMaintenance = false,
        };
    }

    private int ScaledBytes(int size) => Math.Max(1, size / Scale);
}
