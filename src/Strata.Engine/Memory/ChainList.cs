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
        info.PreviousPeer = PageInfo.None;
        info.NextPeer = First;
        if (First != PageInfo.None)
            pool.Infos[First].PreviousPeer = first;
        First = first;
        Count++;
    }

    public void Remove(int first)
    {
        ref PageInfo info = ref pool.Infos[first];
        if (info.PreviousPeer == PageInfo.None)
            First = info.NextPeer;
        else
            pool.Infos[info.PreviousPeer].NextPeer = info.NextPeer;
        if (info.NextPeer != PageInfo.None)
            pool.Infos[info.NextPeer].PreviousPeer = info.PreviousPeer;
        info.PreviousPeer = info.NextPeer = PageInfo.None;
        Count--;
    }
}
