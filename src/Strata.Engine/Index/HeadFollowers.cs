using Strata.Engine.Layout;

namespace Strata.Engine.Index;

/// <summary>
/// The heads that now hold what one head held when there were more or fewer of them: itself and those that were split off, or the one that it was merged into,
/// which holds what others held as well. Under the stripe's lock.
/// </summary>
internal ref struct HeadFollowers
{
    private readonly ulong _step;
    private readonly uint _headCount;
    private uint _sibling;
    private ulong _next;

    public HeadFollowers(uint head, uint formerCount, uint headCount)
    {
        _headCount = headCount;
        _next = head;
        if (formerCount <= headCount)
        {
            IndexRoot.FollowersOf(head, formerCount, out _step, out _sibling);
            return;
        }

        _next = IndexRoot.HeadIndex(head, headCount);
        _step = headCount;
    }

    public uint Current { get; private set; }

    public readonly HeadFollowers GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_next >= _headCount && _sibling != 0)
            (_next, _sibling) = (_sibling, 0);
        if (_next >= _headCount)
            return false;
        Current = (uint)_next;
        _next += _step;
        return true;
    }
}
