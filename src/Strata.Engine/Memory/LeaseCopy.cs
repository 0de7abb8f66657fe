using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strata.Engine.Memory;

/// <summary>
/// A leased value that is a copy. Its word is like a hazard word: it shows the number of the rental while that lasts, so that only the first dispose of
/// a lease gives anything back, and a lease that is over is known as such.
/// </summary>
internal sealed unsafe class LeaseCopy
{
    // As many as there are threads with a number of their own; what is more is left to the collector.
    private static readonly LeaseCopy?[] Idle = new LeaseCopy?[ThreadSlot.Count];

    private readonly ulong[] _word = GC.AllocateArray<ulong>(1, pinned: true);
    private byte[] _bytes = [];
    private ulong _rentals;

    private LeaseCopy()
    {
    }

    /// <summary>A copy that owns a buffer of the shared pool from now on.</summary>
    public static LeaseCopy Rent(byte[] pooled, out HazardPin pin)
    {
        LeaseCopy copy = TakeIdle() ?? new LeaseCopy();
        copy._bytes = pooled;
        // The array is pinned, and whoever has the pin has the copy.
        var word = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(copy._word));
        pin = new HazardPin(word, ++copy._rentals);
        Volatile.Write(ref *word, pin.Value);
        return copy;
    }

    /// <summary>The bytes, while the pin is held. The buffer may be longer than the value.</summary>
    public byte[] Bytes => _bytes;

    /// <summary>Gives the buffer back. Called once, by whoever released the pin.</summary>
    public void Return()
    {
        byte[] bytes = _bytes;
        _bytes = [];
        ArrayPool<byte>.Shared.Return(bytes);
        for (int i = 0, at = ThreadSlot.Current; i < Idle.Length; i++, at++)
        {
            if (Interlocked.CompareExchange(ref Idle[at % Idle.Length], this, null) is null)
                return;
        }
    }

    private static LeaseCopy? TakeIdle()
    {
        for (int i = 0, at = ThreadSlot.Current; i < Idle.Length; i++, at++)
        {
            ref LeaseCopy? idle = ref Idle[at % Idle.Length];
            if (Volatile.Read(ref idle) is not null && Interlocked.Exchange(ref idle, null) is { } taken)
                return taken;
        }

        return null;
    }
}
