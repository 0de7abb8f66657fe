using System.Numerics;
using Strata.Engine.Layout;

namespace Strata.Engine.Eviction;

/// <summary>
/// Which of a few modes fits the traffic best, for all stripes of a store. One in 2^n keys is asked of a <see cref="ShadowDirectory"/> for each mode, and the
/// mode that hits most leads (Qureshi, Jaleel, Patt, Steely, Emer, "Adaptive insertion policies", ISCA 2007, let two policies duel over sampled sets).
/// A change of leader moves nothing: from then on the rings are run by other numbers.
/// </summary>
/// <remarks>
/// Inserts of sampled keys conduct the duel, under their stripe's lock; an insert that finds another one at it leaves its sample out. Hits of sampled keys
/// come through the <see cref="SampleLog"/>, and are lost when there are too many between two such inserts. Expiries and removals are not seen.
/// </remarks>
internal sealed unsafe class ModeDuel
{
    /// <summary>The sample of a small store: one in eight keys, so that no store, however small, sends more of its hits the longer way.</summary>
    private const int DensestRank = 3;
    private const int SparsestRank = 31;

    private const int FewestNodes = 256;
    private const int MostNodes = 1024;
    private const int MostLogLines = 64;

    /// <summary>What one insert takes from the log at most.</summary>
    private const int StepSamples = 64;

    /// <summary>The modes are compared when each entry of a shadow could have been asked for twice.</summary>
    private const int TurnsBetweenLooks = 2;

    private const double Decay = 0.8;

    /// <summary>A new leader needs two hits more in a thousand.</summary>
    private const double Lead = 1.002;

    /// <summary>The mode that leads at first.</summary>
    public static readonly RingMode First = new(10, 1, UsesGhost: true, HandicapPercent: 0);

    // The last is for loops longer than the cache. It loses much where it does not belong, and wins much where it does: it has to win clearly.
    private static readonly RingMode[] Modes =
    [
        First,
        new(5, 2, UsesGhost: true, HandicapPercent: 0),
        new(20, 1, UsesGhost: true, HandicapPercent: 0),
        new(5, 1, UsesGhost: false, HandicapPercent: 5),
    ];

    private readonly ShadowDirectory[] _shadows;
    private readonly double[] _scores = new double[Modes.Length];
    private readonly SampleLog _log;
    private readonly EvictionGoal _goal;
    private readonly IndexRoot* _roots;
    private readonly int _stripeCount;
    private readonly int _mostEntries;
    private int _rank = DensestRank;
    private int _played;
    private int _isBusy;
    private volatile int _leader;

    /// <param name="capacityBytes">The capacity of the store, which decides how much the duel may take.</param>
    /// <param name="goal">What a hit counts.</param>
    /// <param name="roots">Where readers find the mask of the sample; they live as long as the store.</param>
    /// <param name="stripeCount">How many stripes and roots there are.</param>
    public ModeDuel(long capacityBytes, EvictionGoal goal, IndexRoot* roots, int stripeCount)
    {
        int nodes = NodeCountFor(capacityBytes);
        _mostEntries = nodes / 2;
        _shadows = Array.ConvertAll(Modes, mode => new ShadowDirectory(mode, nodes, goal == EvictionGoal.ObjectHits));
        _log = new SampleLog(LogLinesFor(capacityBytes));
        _goal = goal;
        _roots = roots;
        _stripeCount = stripeCount;
        PublishSample();
    }

    /// <summary>The mode that leads now.</summary>
    public RingMode Leader => Modes[_leader];

    /// <summary>Bytes of memory that the duel of a store takes.</summary>
    public static long LengthBytes(long capacityBytes) =>
        Modes.Length * ShadowDirectory.LengthBytes(NodeCountFor(capacityBytes)) + SampleLog.LengthBytes(LogLinesFor(capacityBytes));

    /// <summary>Says that an entry of the sample was hit. Takes no lock.</summary>
    public void NoteHit(ulong hash, long recordBytes) => _log.Append(new SampledKey(hash, recordBytes));

    /// <summary>Says that a key of the sample was inserted into a stripe, under the lock of that stripe.</summary>
    /// <param name="hash">The hash of the key.</param>
    /// <param name="recordBytes">What its entry takes.</param>
    /// <param name="stripeBytes">What the stripe's entries take; before the first eviction, what they may take.</param>
    /// <param name="hasEvicted">Whether the stripe has evicted.</param>
    public void NoteInsert(ulong hash, long recordBytes, long stripeBytes, bool hasEvicted)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            return;
        foreach (ShadowDirectory shadow in _shadows)
            shadow.CapacityBytes = (stripeBytes * _stripeCount) >> _rank;
        Span<ulong> samples = stackalloc ulong[StepSamples];
        int count = _log.TakeTo(samples);
        for (int i = 0; i < count; i++)
            Play(new SampledKey(samples[i]));
        Play(new SampledKey(hash, recordBytes));
        if (hasEvicted && _played > TurnsBetweenLooks * Math.Max(_shadows[0].Count, FewestNodes / 8))
            Look();
        Volatile.Write(ref _isBusy, 0);
    }

    private void Play(SampledKey sample)
    {
        // A reader may have seen an earlier mask.
        if (sample.Rank < _rank)
            return;
        _played++;
        for (int mode = 0; mode < _shadows.Length; mode++)
        {
            if (_shadows[mode].Request(sample))
                _scores[mode] += _goal == EvictionGoal.ByteHits ? sample.RecordBytes : 1;
        }

        if (_shadows[0].Count > _mostEntries && _rank < SparsestRank)
            Thin();
    }

    private void Look()
    {
        int best = _leader;
        for (int mode = 0; mode < Modes.Length; mode++)
        {
            if (Score(mode) > Score(best))
                best = mode;
        }

        if (Score(best) > Score(_leader) * Lead)
            _leader = best;
        for (int mode = 0; mode < Modes.Length; mode++)
            _scores[mode] *= Decay;
        _played = 0;
        // Entries have become larger: what was left out of the sample comes back by itself.
        if (_shadows[0].Count < _mostEntries / 8 && _rank > DensestRank)
        {
            _rank--;
            PublishSample();
        }
    }

    private double Score(int mode) => _scores[mode] * (100 - Modes[mode].HandicapPercent);

    private void Thin()
    {
        _rank++;
        foreach (ShadowDirectory shadow in _shadows)
        {
            shadow.Thin(_rank);
            shadow.CapacityBytes /= 2;
        }

        PublishSample();
    }

    private void PublishSample()
    {
        for (int stripe = 0; stripe < _stripeCount; stripe++)
            Volatile.Write(ref _roots[stripe].SampleMask, (1UL << _rank) - 1);
    }

    // The shadows take a sixty-fourth of a small store, and never more than 72 KiB.
    private static int NodeCountFor(long capacityBytes) =>
        (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)capacityBytes) >> 12, FewestNodes, MostNodes);

    private static int LogLinesFor(long capacityBytes) =>
        (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)capacityBytes) >> 18, 4, MostLogLines);
}
