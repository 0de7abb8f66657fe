using Strata.Engine.Eviction;
using Strata.Engine.Layout;

namespace Strata.Engine.Insight;

/// <summary>
/// A miniature cache of keys without values: the rings as the store runs them at the time, one record at a time, over the sampled keys, with as much smaller a capacity. Its
/// keys stand in a table that it shares with the miniature caches of other capacities. Every entry weighs as one of mean size.
/// </summary>
internal sealed class MiniatureCache(MiniatureKey[] keys, int number)
{
    private const int GhostPercent = 90;
    private const int MeanWeight = 1;

    /// <summary>The keys it looks at to make room for one; if that is too few the next ones make up for it.</summary>
    private const int StepKeys = 64;

    private readonly MiniatureList _probation = new(keys, number, MiniatureRing.Probation);
    private readonly MiniatureList _main = new(keys, number, MiniatureRing.Main);
    private readonly MiniatureList _ghost = new(keys, number, MiniatureRing.Ghost);
    private bool _hasEvicted;

    public long CapacityBytes { get; set; }

    private RingBytes Rings => new(_probation.Bytes, _main.Bytes, CapacityBytes, _hasEvicted);

    /// <summary>The keys it holds, ghosts not among them.</summary>
    public int Count => _probation.Count + _main.Count;

    /// <summary>Whether it holds the key, live at that time. If so, that counts as a hit.</summary>
    public bool TryHit(ushort key, uint tick)
    {
        if (!Holds(key, tick))
            return false;
        ref MiniaturePlace place = ref keys[key].Places[number];
        place.Frequency = (byte)Math.Min(IndexSlot.MaxFrequency, place.Frequency + 1);
        return true;
    }

    /// <summary>Whether it holds the key, live at that time. What has expired goes.</summary>
    public bool Holds(ushort key, uint tick)
    {
        ref MiniaturePlace place = ref keys[key].Places[number];
        if (!place.IsHeld)
            return false;
        if (!place.HasExpired(tick))
            return true;
        Remove(key);
        return false;
    }

    /// <summary>The entry of a key that it holds lives until then.</summary>
    public void SetExpiry(ushort key, uint expiryTick) => keys[key].Places[number].ExpiryTick = expiryTick;

    /// <summary>Takes a key in that it does not hold, and makes room for it.</summary>
    public void Admit(ushort key, uint expiryTick, MiniatureCaches owner)
    {
        SetExpiry(key, expiryTick);
        ref MiniaturePlace place = ref keys[key].Places[number];
        bool isRemembered = place.Ring == MiniatureRing.Ghost;
        if (isRemembered)
            _ghost.Remove(key);
        place.Frequency = 0;
        (owner.Policy.BeginsInMain(isRemembered, Rings) ? _main : _probation).Append(key);
        for (int looked = 0; looked < StepKeys && _probation.Bytes + _main.Bytes > CapacityBytes; looked++)
            MakeRoom(owner);
    }

    /// <summary>Counts the bytes of a key that is about to have so many.</summary>
    public void Resize(ushort key, int entryBytes) => ListOf(keys[key].Places[number].Ring)?.Resize(key, entryBytes);

    /// <summary>Forgets a key.</summary>
    public void Remove(ushort key) => ListOf(keys[key].Places[number].Ring)?.Remove(key);

    public void Clear()
    {
        _probation.Clear();
        _main.Clear();
        _ghost.Clear();
    }

    private void MakeRoom(MiniatureCaches owner)
    {
        _hasEvicted = true;
        bool isProbation = _main.Count == 0 || (_probation.Count != 0 && owner.Policy.EvictsProbation(Rings));
        MiniatureList ring = isProbation ? _probation : _main;
        ushort key = ring.First;
        ref MiniaturePlace place = ref keys[key].Places[number];
        Verdict verdict = isProbation ? owner.Policy.OnProbation(place.Frequency, MeanWeight) : owner.Policy.OnMain(place.Frequency, MeanWeight);
        ring.Remove(key);
        if (verdict.IsKept)
        {
            place.Frequency = (byte)verdict.Frequency;
            (verdict.ToMain ? _main : _probation).Append(key);
            return;
        }

        if (isProbation)
            _ghost.Append(key);
        else
            owner.FreeIfUnused(key);
        for (int looked = 0; looked < StepKeys && _ghost.Bytes * 100 > CapacityBytes * GhostPercent; looked++)
        {
            ushort oldest = _ghost.First;
            _ghost.Remove(oldest);
            owner.FreeIfUnused(oldest);
        }
    }

    private MiniatureList? ListOf(MiniatureRing ring) => ring switch
    {
        MiniatureRing.Probation => _probation,
        MiniatureRing.Main => _main,
        MiniatureRing.Ghost => _ghost,
        _ => null,
    };
}
