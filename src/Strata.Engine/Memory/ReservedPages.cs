using Strata.Engine.Layout;

namespace Strata.Engine.Memory;

/// <summary>
/// The few free pages a stripe holds back, so that an insert never has to wait for a whole slab to be reclaimed. Used under the stripe's
/// lock.
/// </summary>
internal sealed unsafe class ReservedPages(PagePool pool)
{
    private int _head;

    public int Count { get; private set; }

    public void Put(int page)
    {
        pool.Poison(page);
        pool.Infos[page] = default;
        pool.Infos[page].Next = _head;
        _head = page;
        Count++;
    }

    /// <summary>A page from the reserve, else from the pool; 0 when neither has one.</summary>
    public int TryTake(PageKind kind)
    {
        if (_head == 0)
            return pool.TryTake(kind);
        int page = _head;
        _head = pool.Infos[page].Next;
        Count--;
        pool.Infos[page] = default;
        pool.Infos[page].Kind = kind;
        return page;
    }
}
