namespace Strata.Engine.Memory;

/// <summary>
/// A reserved range of native memory, aligned to the size of a huge page and followed by a guard that may be read but is never used.
/// A region is never unmapped while the process lives: a reader that was overtaken by a dispose may still look at it, and count a hit in
/// it. <see cref="Discard"/> gives the memory back to the system where the system can, and keeps the addresses; when the collector has
/// found that nobody knows the region any more, hence that no reader can be at work in it, it waits here for the next store of a similar size.
/// </summary>
internal sealed unsafe class NativeRegion
{
    public const int HugePageBytes = 2 << 20;

    /// <summary>Readable bytes behind the end: a key compare may run over the end by the longest key and a header.</summary>
    public const int GuardBytes = 64 << 10;

    private static readonly Lock Gate = new();
    private static readonly List<NativeRegion> Parked = [];

    private NativeRegion(byte* start, long lengthBytes, bool hugePagesRequested)
    {
        Start = start;
        LengthBytes = lengthBytes;
        HugePagesRequested = hugePagesRequested;
    }

    // Nobody knows the region: it is kept for the next store, and finalized again after that one.
    ~NativeRegion()
    {
        Discard();
        lock (Gate)
            Parked.Add(this);
    }

    public byte* Start { get; }

    public long LengthBytes { get; }

    public bool HugePagesRequested { get; }

    /// <summary>A region of at least the given length, all zero or holding what a former store left. Memory is taken from the system page by page as it is touched.</summary>
    /// <exception cref="OutOfMemoryException">The address space cannot be reserved.</exception>
    public static NativeRegion Rent(long lengthBytes)
    {
        long wanted = (lengthBytes + HugePageBytes - 1) & ~(HugePageBytes - 1L);
        lock (Gate)
        {
            int best = -1;
            for (int i = 0; i < Parked.Count; i++)
            {
                // A region more than twice as long is kept for a store that needs it.
                if (Parked[i].LengthBytes >= wanted && Parked[i].LengthBytes <= 2 * wanted && (best < 0 || Parked[i].LengthBytes < Parked[best].LengthBytes))
                    best = i;
            }

            if (best >= 0)
            {
                NativeRegion region = Parked[best];
                Parked.RemoveAt(best);
                GC.ReRegisterForFinalize(region);
                return region;
            }
        }

        byte* raw = SystemMemory.Reserve(wanted + GuardBytes + HugePageBytes);
        if (raw == null)
            throw new OutOfMemoryException($"Cannot reserve {wanted} bytes of address space for a store.");
        byte* start = (byte*)(((nuint)raw + HugePageBytes - 1) & ~(nuint)(HugePageBytes - 1));
        return new NativeRegion(start, wanted, SystemMemory.RequestHugePages(start, wanted));
    }

    /// <summary>Gives the memory back and keeps the addresses. The caller has made sure that every reader will notice.</summary>
    public void Discard() => SystemMemory.Discard(Start, LengthBytes);
}
