using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Expiry;

/// <summary>
/// A hierarchical timing wheel of slabs (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987): each slab is filed under the
/// time at which it is worth looking at. Five levels of 64 slots, from 16 ms to about 199 days; what lies further ahead waits in the last slot it can
/// reach and is filed again. Costs nothing per entry. Used under the stripe's lock.
/// </summary>
internal sealed unsafe class TtlWheel
{
    private const int LevelCount = 5;
    private const int SlotBits = 6;
    private const int SlotsPerLevel = 1 << SlotBits;
    private const int TickShift = 4;

    /// <summary>The width of the finest slot: a page comes up no later after its time.</summary>
    public const int TickMs = 1 << TickShift;

    private readonly PageInfo* _infos;
    private readonly int[] _heads = new int[LevelCount * SlotsPerLevel];
    private long _tick;

    public TtlWheel(PagePool pool, long nowMs)
    {
        _infos = pool.Infos;
        _tick = nowMs >> TickShift;
    }

    /// <summary>The bytes of memory a wheel takes.</summary>
    public static int LengthBytes => LevelCount * SlotsPerLevel * sizeof(int);

    /// <summary>Whether a slot has come up by this time that <see cref="TakeDue"/> has not been through.</summary>
    public bool IsBehind(long nowMs) => nowMs >> TickShift > _tick;

    /// <summary>Files a page to come up at a time, or soon after; one that is filed already is moved.</summary>
    public void File(int page, long timeMs)
    {
        Remove(page);
        // Rounded up: a page never comes up before its time.
        long due = Math.Max(_tick + 1, ((timeMs - 1) >> TickShift) + 1);
        int level = 0;
        while (level < LevelCount - 1 && (due >> (level * SlotBits)) - (_tick >> (level * SlotBits)) >= SlotsPerLevel)
            level++;
        long unit = Math.Min(due >> (level * SlotBits), (_tick >> (level * SlotBits)) + SlotsPerLevel - 1);
        Link(page, level * SlotsPerLevel + (int)(unit & (SlotsPerLevel - 1)));
    }

    public void Remove(int page)
    {
        ref PageInfo info = ref _infos[page];
        if (info.WheelSlot == 0)
            return;
        if (info.WheelPrevious == PageInfo.None)
            _heads[info.WheelSlot - 1] = info.WheelNext;
        else
            _infos[info.WheelPrevious].WheelNext = info.WheelNext;
        if (info.WheelNext != PageInfo.None)
            _infos[info.WheelNext].WheelPrevious = info.WheelPrevious;
        info.WheelSlot = 0;
    }

    /// <summary>
    /// Takes the next page that is due, or 0. A page from a coarse slot may come up before its time by the width of that slot; the caller
    /// files it again.
    /// </summary>
    public int TakeDue(long nowMs)
    {
        long target = nowMs >> TickShift;
        while (_tick <= target)
        {
            for (int level = LevelCount - 1; level >= 0; level--)
            {
                // A coarse slot opens when the levels below it begin a new turn.
                if ((_tick & ((1L << (level * SlotBits)) - 1)) != 0)
                    continue;
                int page = _heads[level * SlotsPerLevel + (int)((_tick >> (level * SlotBits)) & (SlotsPerLevel - 1))];
                if (page == PageInfo.None)
                    continue;
                Remove(page);
                return page;
            }

            if (_tick == target)
                break;
            _tick = NextTick(target);
        }

        return PageInfo.None;
    }

    // Skips the ticks at which no slot can hold anything: after a long silence a turn of an empty level costs one step.
    private long NextTick(long target)
    {
        for (int level = LevelCount - 1; level > 0; level--)
        {
            if (IsEmptyBelow(level))
                return Math.Min(target, ((_tick >> (level * SlotBits)) + 1) << (level * SlotBits));
        }

        return _tick + 1;
    }

    private bool IsEmptyBelow(int level) => _heads.AsSpan(0, level * SlotsPerLevel).IndexOfAnyExcept(0) < 0;

    private void Link(int page, int slot)
    {
        ref PageInfo info = ref _infos[page];
        info.WheelSlot = (ushort)(slot + 1);
        info.WheelPrevious = PageInfo.None;
        info.WheelNext = _heads[slot];
        if (info.WheelNext != PageInfo.None)
            _infos[info.WheelNext].WheelPrevious = page;
        _heads[slot] = page;
    }
}
