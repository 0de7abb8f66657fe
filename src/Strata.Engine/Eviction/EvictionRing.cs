using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Eviction;

/// <summary>One of the two rings of a stripe: its slabs from the oldest to the one that is being filled. Used under the stripe's lock.</summary>
internal sealed unsafe class EvictionRing(PagePool pool, PageKind kind)
{
    private SlabList _slabs = new(pool.Infos);

    public PageKind Kind => kind;

    /// <summary>The slab that records are appended to; 0 when there is none.</summary>
    public int OpenPage { get; private set; }

    public int SlabCount => _slabs.Count;

    public int OldestPage => _slabs.First;

    /// <summary>Bytes of chained values whose records stand in this ring.</summary>
    public long ChainBytes { get; set; }

    /// <summary>Bytes of the ring's slabs and chains.</summary>
    public long Bytes => (long)_slabs.Count * pool.PageBytes + ChainBytes;

    public bool HasRoom(int recordBytes) => OpenPage != 0 && pool.Infos[OpenPage].UsedBytes + recordBytes <= pool.PageBytes;

    /// <summary>Starts a new slab in a page.</summary>
    public void Open(int page)
    {
        Seal();
        ref PageInfo info = ref pool.Infos[page];
        info = default;
        info.Kind = kind;
        info.IsOpen = true;
        _slabs.Append(page);
        OpenPage = page;
    }

    /// <summary>Ends the open slab.</summary>
    public void Seal()
    {
        if (OpenPage == 0)
            return;
        pool.Infos[OpenPage].IsOpen = false;
        OpenPage = 0;
    }

    /// <summary>Takes a slab out of the ring, to be reclaimed.</summary>
    public void Detach(int page)
    {
        if (page == OpenPage)
            Seal();
        _slabs.Remove(page);
    }

    /// <summary>Claims the next bytes of the open slab; <see cref="HasRoom"/> has been asked.</summary>
    public byte* Append(int recordBytes)
    {
        ref PageInfo info = ref pool.Infos[OpenPage];
        byte* record = pool.AddressOf(OpenPage) + info.UsedBytes;
        info.UsedBytes += recordBytes;
        info.LiveRecords++;
        return record;
    }
}
