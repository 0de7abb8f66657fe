using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Eviction;

/// <summary>One of the two rings of a stripe: its sealed slabs in the order in which they were sealed, and a few open ones among them. Used under the stripe's lock.</summary>
internal sealed unsafe class EvictionRing(PagePool pool, PageKind kind)
{
    private SlabList _slabs = new(pool.Infos);

    public PageKind Kind => kind;

    /// <summary>The slabs that records are appended to.</summary>
    public OpenSlabs Open { get; } = new(pool);

    public int SlabCount => _slabs.Count;

    /// <summary>The first slab, sealed or open; the others follow it.</summary>
    public int FirstPage => _slabs.First;

    private bool HasSealed => _slabs.Count > Open.Count;

    /// <summary>Bytes of chained values whose records stand in this ring.</summary>
    public long ChainBytes { get; set; }

    /// <summary>Bytes of the ring's slabs and chains.</summary>
    public long Bytes => (long)_slabs.Count * pool.PageBytes + ChainBytes;

    public bool HasRoom(int recordBytes) => Open.HasRoom(recordBytes);

    /// <summary>Starts a new slab in a page.</summary>
    public void Begin(int page, int ttlClass)
    {
        ref PageInfo info = ref pool.Infos[page];
        info = default;
        info.Kind = kind;
        info.State = SlabState.Open;
        _slabs.Append(page);
        Open.Add(page, ttlClass);
    }

    /// <summary>Ends an open slab. From here on it stands behind all others: one that filled slowly holds new records too.</summary>
    public void Seal(int page)
    {
        pool.Infos[page].State = SlabState.Sealed;
        Open.Remove(page);
        _slabs.Remove(page);
        _slabs.Append(page);
    }

    /// <summary>Takes a slab out of the ring, to be reclaimed.</summary>
    public void Detach(int page)
    {
        if (pool.Infos[page].State == SlabState.Open)
            Open.Remove(page);
        pool.Infos[page].State = SlabState.UnderHand;
        _slabs.Remove(page);
    }

    /// <summary>The slab that was sealed first; where none is, the open one that was opened first, if it may be that; else 0. Passes the open slabs, of which there are few.</summary>
    public int Oldest(bool mayBeOpen)
    {
        if (!HasSealed)
            return mayBeOpen ? _slabs.First : 0;
        int page = _slabs.First;
        while (pool.Infos[page].State == SlabState.Open)
            page = pool.Infos[page].Next;
        return page;
    }

    /// <summary>Claims the next bytes of an open slab that has them.</summary>
    public byte* Append(int page, int recordBytes)
    {
        ref PageInfo info = ref pool.Infos[page];
        byte* record = pool.AddressOf(page) + info.UsedBytes;
        info.UsedBytes += recordBytes;
        return record;
    }
}
