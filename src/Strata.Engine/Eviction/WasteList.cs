using System.Numerics;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Eviction;

/// <summary>
/// The dead and expired bytes of a stripe's slabs, and the sealed slabs in lists by their share of them, so that the slab that costs the fewest copies
/// for a byte is found at once. Used under the stripe's lock.
/// </summary>
internal sealed class WasteList(PagePool pool)
{
    /// <summary>The grade of a slab in which nothing is live. Lower ones are 32nds of the slab; slabs of grade 0 are on no list.</summary>
    public const int TopGrade = 32;

    private readonly int[] _heads = new int[TopGrade + 1];
    private readonly int _gradeShift = BitOperations.Log2((uint)(pool.PageBytes / TopGrade));
    private ulong _filled;

    /// <summary>Bytes of records of all slabs that have expired, as far as sweeps have seen, and are not dead.</summary>
    public long ExpiredBytes { get; private set; }

    /// <summary>The highest grade of a sealed slab, 0 when none has waste to speak of, and a slab that has it.</summary>
    public int WorstGrade => BitOperations.Log2(_filled | 1);

    /// <summary>A slab of that grade, or 0.</summary>
    public int Worst => _heads[WorstGrade];

    /// <summary>The next slab after this one in the order of waste, or 0.</summary>
    public int After(int page)
    {
        if (pool.InfoOf(page).NextPeer is var next and not 0)
            return next;
        ulong lower = _filled & ((1UL << GradeOf(page)) - 1);
        return lower == 0 ? PageInfo.None : _heads[BitOperations.Log2(lower)];
    }

    public int GradeOf(int page)
    {
        ref PageInfo info = ref pool.InfoOf(page);
        int wasteBytes = info.DeadBytes + info.ExpiredBytes;
        return wasteBytes == info.UsedBytes ? TopGrade : Math.Min(TopGrade - 1, wasteBytes >> _gradeShift);
    }

    /// <summary>Counts bytes of a slab that died or expired, or no longer are expired.</summary>
    public void Count(int page, int deadBytes, int expiredBytes)
    {
        ref PageInfo info = ref pool.InfoOf(page);
        bool isListed = info.State == SlabState.Sealed;
        int former = isListed ? GradeOf(page) : 0;
        info.DeadBytes += deadBytes;
        info.ExpiredBytes += expiredBytes;
        ExpiredBytes += expiredBytes;
        if (isListed && GradeOf(page) is var grade && grade != former)
        {
            Unlink(page, former);
            Link(page, grade);
        }
    }

    /// <summary>Lists a slab that was sealed.</summary>
    public void Add(int page) => Link(page, GradeOf(page));

    /// <summary>Takes a sealed slab off its list. Its bytes stay counted.</summary>
    public void Remove(int page) => Unlink(page, GradeOf(page));

    /// <summary>Forgets everything at once.</summary>
    public void Clear()
    {
        Array.Clear(_heads);
        _filled = 0;
        ExpiredBytes = 0;
    }

    /// <summary>The first slab of a grade; the others follow by <see cref="PageInfo.NextPeer"/>.</summary>
    public int FirstOf(int grade) => _heads[grade];

    private void Link(int page, int grade)
    {
        if (grade == 0)
            return;
        ref PageInfo info = ref pool.InfoOf(page);
        info.PreviousPeer = PageInfo.None;
        info.NextPeer = _heads[grade];
        if (info.NextPeer != PageInfo.None)
            pool.InfoOf(info.NextPeer).PreviousPeer = page;
        _heads[grade] = page;
        _filled |= 1UL << grade;
    }

    private void Unlink(int page, int grade)
    {
        if (grade == 0)
            return;
        ref PageInfo info = ref pool.InfoOf(page);
        if (info.PreviousPeer == PageInfo.None)
            _heads[grade] = info.NextPeer;
        else
            pool.InfoOf(info.PreviousPeer).NextPeer = info.NextPeer;
        if (info.NextPeer != PageInfo.None)
            pool.InfoOf(info.NextPeer).PreviousPeer = info.PreviousPeer;
        info.PreviousPeer = info.NextPeer = PageInfo.None;
        if (_heads[grade] == PageInfo.None)
            _filled &= ~(1UL << grade);
    }
}
