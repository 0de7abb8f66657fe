namespace Strata.Engine.Memory;

/// <summary>
/// A reserved range of native memory, aligned to the size of a huge page and followed by a guard that may be read but is never used.
/// A region is never unmapped while the process lives: a reader that was overtaken by a dispose may still look at it, and count a hit in
/// it. At the end of its store <see cref="Discard()"/> gives the memory back to the system where the system can, and keeps the addresses; when the
/// collector has then found that nobody knows the region any more, hence that no reader can be at work in it, it waits here for the next store of
/// a similar size.
/// </summary>
/// <remarks>
/// <code>
///   parked ── Rent ──▶ rented (rooted here) ── Release ──▶ released (only the old store's readers know it) ── finalizer ──▶ parked
/// </code>
/// The root is what orders the finalizers: a store that was forgotten and its region become unreachable together, and without the root the region
/// could be finalized, and given to another store, before the old store's finalizer discards its memory.
/// </remarks>
internal sealed unsafe class NativeRegion
{
    public const int HugePageBytes = 2 << 20;

    /// <summary>Readable bytes behind the end: the compare of a key and the copy of a value that are not validated yet may run over it.</summary>
    public const int GuardBytes = 64 << 10;

    private static readonly Lock Gate = new();
    private static readonly List<NativeRegion> Parked = [];
    private static readonly HashSet<NativeRegion> Rented = [];

    /// <summary>Below so many bytes a store gets no huge pages: the first it touched would be a large part of it.</summary>
    public const long LeastHugeBytes = 4 * HugePageBytes;

    private long _keptBytes;

    private NativeRegion(byte* start, long lengthBytes)
    {
        Start = start;
        LengthBytes = lengthBytes;
    }

    // Nobody knows the region: what late readers, writers and leases held after the release goes back too, with the words of leases that nobody
    // disposed, and the region is kept for the next store, after which it is finalized again.
    ~NativeRegion()
    {
        HazardTable.Forget(Start, Start + LengthBytes);
        SystemMemory.Park(Start, LengthBytes);
        lock (Gate)
            Parked.Add(this);
    }

    public byte* Start { get; }

    public long LengthBytes { get; }

    public bool HugePagesRequested { get; private set; }

    /// <summary>
    /// A region of at least the given length, all zero or holding what a former store left. Memory is taken from the system page by page as it is
    /// touched. The region is the caller's until <see cref="Release"/>, also when the caller is forgotten.
    /// </summary>
    /// <param name="lengthBytes">The address space that is wanted.</param>
    /// <param name="keptBytes">So much at the start is not discarded before the region is parked: late readers find their way through it.</param>
    /// <exception cref="OutOfMemoryException">The address space cannot be reserved.</exception>
    public static NativeRegion Rent(long lengthBytes, long keptBytes = 0)
    {
        long wanted = RoundUp(lengthBytes, HugePageBytes);
        lock (Gate)
        {
            NativeRegion region = TakeParkedUnderLock(wanted) ?? Reserve(wanted);
            Rented.Add(region);
            region._keptBytes = RoundUp(keptBytes, Environment.SystemPageSize);
            return region;
        }
    }

    /// <summary>
    /// Asks for huge pages for the whole ones of a range, and refuses them everywhere else: one that is used in part would take more memory than its store is
    /// allowed. A range of a few is refused too. What was asked for before is taken back; memory that is in huge pages already stays there.
    /// </summary>
    public void RequestHugePages(byte* from, long lengthBytes)
    {
        long first = RoundUp(from - Start, HugePageBytes);
        long end = (from - Start + lengthBytes) & ~(HugePageBytes - 1L);
        HugePagesRequested = end - first >= LeastHugeBytes && SystemMemory.RequestHugePages(Start + first, end - first);
        if (!HugePagesRequested)
            first = end = 0;
        SystemMemory.RefuseHugePages(Start, first);
        SystemMemory.RefuseHugePages(Start + end, LengthBytes - end);
    }

    /// <summary>Gives the memory back, but for what is kept, and keeps the addresses. The caller knows the region, and has made sure that every reader will notice.</summary>
    public void Discard() => Discard(Start + _keptBytes, Start + LengthBytes);

    /// <summary>The same with a part of it.</summary>
    public void Discard(byte* from, byte* to)
    {
        if (from < to)
            SystemMemory.Discard(from, to - from);
    }

    /// <summary>Lets go of the region, which is parked once nobody knows it. Called once by whoever rented it, after it gave the memory back.</summary>
    public void Release()
    {
        using (Gate.EnterSteadily())
            Rented.Remove(this);
    }

    private static NativeRegion? TakeParkedUnderLock(long wanted)
    {
        int best = -1;
        for (int i = 0; i < Parked.Count; i++)
        {
            // A region more than twice as long is kept for a store that needs it.
            if (Parked[i].LengthBytes >= wanted && Parked[i].LengthBytes <= 2 * wanted && (best < 0 || Parked[i].LengthBytes < Parked[best].LengthBytes))
                best = i;
        }

        if (best < 0)
            return null;
        NativeRegion region = Parked[best];
        // Refused, as a reservation can be: it stays parked, and another one is tried.
        if (!SystemMemory.TryUnpark(region.Start, region.LengthBytes))
            return null;
        GC.ReRegisterForFinalize(region);
        Parked.RemoveAt(best);
        return region;
    }

    private static NativeRegion Reserve(long lengthBytes)
    {
        byte* raw = SystemMemory.Reserve(lengthBytes + GuardBytes + HugePageBytes);
        if (raw == null)
            throw new OutOfMemoryException($"Cannot reserve {lengthBytes} bytes of address space for a store.");
        byte* start = (byte*)(((nuint)raw + HugePageBytes - 1) & ~(nuint)(HugePageBytes - 1));
        return new NativeRegion(start, lengthBytes);
    }

    private static long RoundUp(long bytes, long unit) => (bytes + unit - 1) / unit * unit;
}
