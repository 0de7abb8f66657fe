using System.Runtime.InteropServices;

namespace Strata.Engine.Layout;

/// <summary>
/// What the store knows of one page, kept beside the pages and not in them, so that a reader who still looks at recycled memory never
/// takes bookkeeping for records. One cache line; written under the owning stripe's lock, or the pool's for free pages.
/// </summary>
/// <remarks>
/// <code>
///   0        8             16      24            32           40        48   52   56      60   62   63
///   │ wheel  │ last expiry │ swept │ prev, next  │ wheel's    │ peers   │used│dead│expired│slot│kind│state│
///   │ free link, buckets: a page of the index
/// </code>
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = InfoBytes)]
internal struct PageInfo
{
    public const int InfoBytes = 64;
    public const int None = 0;

    /// <summary>The time the page is filed under in the TTL wheel, valid while <see cref="WheelSlot"/> is not zero.</summary>
    [FieldOffset(0)]
    public long WheelMs;

    /// <summary>The link of the first overflow bucket that was used and is free again, for a page of the index, which is in no wheel.</summary>
    [FieldOffset(0)]
    public int FreeLink;

    /// <summary>Overflow buckets that are in a chain.</summary>
    [FieldOffset(4)]
    public int LiveBuckets;

    /// <summary>The time by which every record of the slab will have expired; <see cref="long.MaxValue"/> when one does not, or did not at the last sweep.</summary>
    [FieldOffset(8)]
    public long LastExpiryMs;

    /// <summary>The time of the last sweep; 0 before the first. What had expired by then is counted in <see cref="ExpiredBytes"/>.</summary>
    [FieldOffset(16)]
    public long SweptMs;

    /// <summary>The neighbours in the list the page is on: a ring, the free list, a chain of a long value, the quarantine.</summary>
    [FieldOffset(24)]
    public int Previous;
    [FieldOffset(28)]
    public int Next;

    /// <summary>The neighbours in the TTL wheel, valid while <see cref="WheelSlot"/> is not zero.</summary>
    [FieldOffset(32)]
    public int WheelPrevious;
    [FieldOffset(36)]
    public int WheelNext;

    /// <summary>The neighbours in a second list: of a stripe's chains for the first page of a chain, of slabs with like waste for a slab.</summary>
    [FieldOffset(40)]
    public int PreviousPeer;
    [FieldOffset(44)]
    public int NextPeer;

    /// <summary>Bytes appended so far, or given to overflow buckets, and how many of them belong to dead records.</summary>
    [FieldOffset(48)]
    public int UsedBytes;
    [FieldOffset(52)]
    public int DeadBytes;

    /// <summary>Bytes of records that had expired by the last sweep and still have their slots; those with a chain are not among them.</summary>
    [FieldOffset(56)]
    public int ExpiredBytes;

    /// <summary>One more than the wheel slot the page is filed in; 0 when it is in none.</summary>
    [FieldOffset(60)]
    public ushort WheelSlot;

    [FieldOffset(62)]
    public PageKind Kind;

    [FieldOffset(63)]
    public SlabState State;
}
