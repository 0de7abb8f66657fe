namespace Strata.Engine.Memory;

/// <summary>
/// A reserved range of native memory, aligned to the size of a huge page and followed by a guard that may be read but is never used.
/// A region is never unmapped while the process lives: a reader that was overtaken by a dispose may still look at it, and count a hit in
/// it. At the end of its store <see cref="Release"/> gives the memory back to the system where the system can, and keeps the addresses; when the
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
    private const long LeastHugeBytes = 4 * HugePageBytes;

    private NativeRegion(byte* start, long lengthBytes)
    {
        Start = start;
        LengthBytes = lengthBytes;
    }

    // Nobody knows the region: what late readers and writers touched after the release goes back too, and the region is kept for the next store,
    // after which it is finalized again.
    ~NativeRegion()
    {
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
    /// <param name="usedBytes">What the caller will use, from the start: whole huge pages of it, and no others, are asked for.</param>
    /// <param name="reservedBytes">The length to reserve if it is more.</param>
    /// <exception cref="OutOfMemoryException">The address space cannot be reserved.</exception>
    public static NativeRegion Rent(long usedBytes, long reservedBytes = 0)
    {
        long wanted = (Math.Max(usedBytes, reservedBytes) + HugePageBytes - 1) & ~(HugePageBytes - 1L);
        lock (Gate)
        {
            NativeRegion region = TakeParkedUnderLock(wanted) ?? Reserve(wanted);
            Rented.Add(region);
            region.AdviseHugePages(usedBytes);
            return region;
        }
    }

    /// <summary>Gives the memory back and keeps the addresses. The caller knows the region, and has made sure that every reader will notice.</summary>
    public void Discard() => SystemMemory.Discard(Start, LengthBytes);

    /// <summary>Gives the memory back for the last time and lets go of the region, which is parked once nobody knows it. Called once by whoever rented it.</summary>
    public void Release()
    {
        Discard();
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

    // A huge page that is only partly used would take more memory than its store is allowed. What a former store asked for is taken back.
    private void AdviseHugePages(long usedBytes)
    {
        long hugeBytes = usedBytes < LeastHugeBytes ? 0 : usedBytes & ~(HugePageBytes - 1L);
        HugePagesRequested = hugeBytes != 0 && SystemMemory.RequestHugePages(Start, hugeBytes);
        SystemMemory.RefuseHugePages(Start + hugeBytes, LengthBytes - hugeBytes);
    }
}
