using Strata.Engine.Layout;

namespace Strata.Engine.Eviction;

/// <summary>A first-in-first-out list of pages, linked through their infos. Used under the stripe's lock.</summary>
internal unsafe struct SlabList
{
    private readonly PageInfo* _infos;

    public SlabList(PageInfo* infos) : this() => _infos = infos;

    public int First { get; private set; }

    public int Last { get; private set; }

    public int Count { get; private set; }

    public void Append(int page)
    {
        ref PageInfo info = ref _infos[page];
        info.Previous = Last;
        info.Next = PageInfo.None;
        if (Last == PageInfo.None)
            First = page;
        else
            _infos[Last].Next = page;
        Last = page;
        Count++;
    }

    public void Remove(int page)
    {
        ref PageInfo info = ref _infos[page];
        if (info.Previous == PageInfo.None)
            First = info.Next;
        else
            _infos[info.Previous].Next = info.Next;
        if (info.Next == PageInfo.None)
            Last = info.Previous;
        else
            _infos[info.Next].Previous = info.Previous;
        info.Previous = info.Next = PageInfo.None;
        Count--;
    }
}
