using Strata.Engine.Layout;

namespace Strata.Engine.Memory;

/// <summary>The chains of a stripe's long values, by their first pages, so that all of them can be returned without a look at a record. Used under the stripe's lock.</summary>
internal sealed unsafe class ChainList(PagePool pool)
{
    public int First { get; private set; }

    public int Count { get; private set; }

    public void Add(int first)
    {
        ref PageInfo info = ref pool.Infos[first];
        info.PreviousChain = PageInfo.None;
        info.NextChain = First;
        if (First != PageInfo.None)
            pool.Infos[First].PreviousChain = first;
        First = first;
        Count++;
    }

    public void Remove(int first)
    {
        ref PageInfo info = ref pool.Infos[first];
        if (info.PreviousChain == PageInfo.None)
            First = info.NextChain;
        else
            pool.Infos[info.PreviousChain].NextChain = info.NextChain;
        if (info.NextChain != PageInfo.None)
            pool.Infos[info.NextChain].PreviousChain = info.PreviousChain;
        info.PreviousChain = info.NextChain = PageInfo.None;
        Count--;
    }
}
