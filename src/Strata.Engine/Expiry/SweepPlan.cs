using System.Runtime.InteropServices;

namespace Strata.Engine.Expiry;

/// <summary>The bytes of a slab by the time they have left, and from them the time of the next sweep.</summary>
internal readonly ref struct SweepPlan
{
    // Times this close count as one.
    private const int NarrowPart = 64;

    private readonly Span<Part> _parts;
    private readonly long _nowMs;

    /// <param name="parts">Room for the plan, <see cref="TtlClass.Count"/> parts; its content does not matter.</param>
    /// <param name="nowMs">The time of this sweep.</param>
    public SweepPlan(Span<Part> parts, long nowMs)
    {
        _parts = parts;
        _nowMs = nowMs;
        parts.Clear();
    }

    public void Add(long expiryMs, long bytes)
    {
        if (expiryMs == long.MaxValue)
            return;
        ref Part part = ref _parts[TtlClass.Of(expiryMs - _nowMs)];
        part.FirstMs = part.Bytes == 0 ? expiryMs : Math.Min(part.FirstMs, expiryMs);
        part.LastMs = Math.Max(part.LastMs, expiryMs);
        part.Bytes += bytes;
    }

    /// <summary>
    /// The time by which so many bytes will have expired, or all that expire; <see cref="long.MaxValue"/> if none do. Where the part that completes them is
    /// too coarse to tell, the time at which it begins, from where it can be told finely.
    /// </summary>
    public long NextMs(long bytes)
    {
        long sum = 0, lastMs = long.MaxValue;
        foreach (ref readonly Part part in _parts)
        {
            if (part.Bytes == 0)
                continue;
            sum += part.Bytes;
            lastMs = part.LastMs;
            if (sum < bytes)
                continue;
            bool isFine = sum <= 2 * bytes || part.LastMs - part.FirstMs <= (part.LastMs - _nowMs) / NarrowPart + TtlWheel.TickMs;
            return isFine ? part.LastMs : part.FirstMs;
        }

        return lastMs;
    }

    /// <summary>The bytes of one class of time left, and their first and last expiry.</summary>
    [StructLayout(LayoutKind.Auto)]
    internal struct Part
    {
        public long Bytes;
        public long FirstMs;
        public long LastMs;
    }
}
