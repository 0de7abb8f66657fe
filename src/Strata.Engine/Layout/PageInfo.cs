using System.Runtime.InteropServices;

namespace Strata.Engine.Layout;

/// <summary>
/// What the store knows of one page, kept beside the pages and not in them, so that a reader who still looks at recycled memory never
/// takes bookkeeping for records. One cache line; written under the owning stripe's lock, or the pool's for free pages.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = InfoBytes)]
internal struct PageInfo
{
    public const int InfoBytes = 64;
    public const int None = 0;

    /// <summary>The time the page is filed under in the TTL wheel, valid while <see cref="WheelSlot"/> is not zero.</summary>
    public long WheelMs;

    /// <summary>The neighbours in the list the page is on: a ring, the free list, a chain of a long value, the quarantine.</summary>
    public int Previous;
    public int Next;

    /// <summary>The neighbours in the TTL wheel, valid while <see cref="WheelSlot"/> is not zero.</summary>
    public int WheelPrevious;
    public int WheelNext;

    /// <summary>The neighbours in the list of a stripe's chains, for the first page of a chain.</summary>
    public int PreviousChain;
    public int NextChain;

    /// <summary>One more than the wheel slot the page is filed in; 0 when it is in none.</summary>
    public int WheelSlot;

    /// <summary>Bytes appended so far, or given to overflow buckets, and how many of them belong to dead records.</summary>
    public int UsedBytes;
    public int DeadBytes;

    /// <summary>Records that a slot points to; overflow buckets that are in a chain.</summary>
    public int LiveRecords;

    /// <summary>How far the reclaiming hand has walked.</summary>
    public int HandBytes;

    /// <summary>The link of the page's first overflow bucket that was used and is free again.</summary>
    public int FreeLink;

    public PageKind Kind;

    /// <summary>Whether records are still appended here.</summary>
    public bool IsOpen;

    /// <summary>Whether the page is under the hand or comes up next: nothing files it any more.</summary>
    public bool IsDue;
}
