using System.Runtime.CompilerServices;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Eviction;

/// <summary>
/// The slabs of a ring that records are appended to: one, or one each for several classes of time to live, so that the records of a slab expire at
/// about the same time and it goes whole (Yang, Yue, Vinayak, "Segcache", NSDI 2021). Used under the stripe's lock.
/// </summary>
internal sealed class OpenSlabs(PagePool pool)
{
    /// <summary>The most slabs that are open at once.</summary>
    public const int Most = 16;

    /// <summary>Neighbouring classes share a slab: the time of a copied record is never quite the class's.</summary>
    private const int SameClasses = 1;

    private readonly int[] _pages = new int[Most];
    private readonly byte[] _classes = new byte[Most];

    public int Count { get; private set; }

    /// <summary>Whether any open slab has so many bytes left.</summary>
    public bool HasRoom(int recordBytes) => Count != 0 && (HasRoom(0, recordBytes) || HasRoomBehindFirst(recordBytes));

    /// <summary>The slab of this class with room for a record, or 0.</summary>
    public int Find(int ttlClass, int recordBytes)
    {
        for (int i = 0; i < Count; i++)
        {
            if (Distance(i, ttlClass) <= SameClasses && HasRoom(i, recordBytes))
                return _pages[i];
        }

        return 0;
    }

    /// <summary>The slab of the nearest class with room for a record, or 0.</summary>
    public int FindNearest(int ttlClass, int recordBytes)
    {
        int nearest = -1;
        for (int i = 0; i < Count; i++)
        {
            if (HasRoom(i, recordBytes) && (nearest < 0 || Distance(i, ttlClass) < Distance(nearest, ttlClass)))
                nearest = i;
        }

        return nearest < 0 ? 0 : _pages[nearest];
    }

    /// <summary>The slab that a new one of this class takes the place of: its own, or when no more than so many may be open the nearest; or 0.</summary>
    public int Replaced(int ttlClass, int limit)
    {
        int nearest = -1;
        for (int i = 0; i < Count; i++)
        {
            if (nearest < 0 || Distance(i, ttlClass) < Distance(nearest, ttlClass))
                nearest = i;
        }

        return nearest >= 0 && (Count >= limit || Distance(nearest, ttlClass) <= SameClasses) ? _pages[nearest] : 0;
    }

    public void Add(int page, int ttlClass)
    {
        Invariant.That(Count < Most, Count);
        _pages[Count] = page;
        _classes[Count++] = (byte)ttlClass;
    }

    public void Remove(int page)
    {
        int i = Array.IndexOf(_pages, page, 0, Count);
        Invariant.That(i >= 0, page);
        Count--;
        (_pages[i], _classes[i]) = (_pages[Count], _classes[Count]);
    }

    private bool HasRoomBehindFirst(int recordBytes)
    {
        for (int i = 1; i < Count; i++)
        {
            if (HasRoom(i, recordBytes))
                return true;
        }

        return false;
    }

    private int Distance(int i, int ttlClass) => Math.Abs(_classes[i] - ttlClass);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool HasRoom(int i, int recordBytes) => pool.InfoOf(_pages[i]).UsedBytes + recordBytes <= pool.PageBytes;
}
