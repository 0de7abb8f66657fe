using System.Runtime.CompilerServices;

namespace Strata.Engine.Memory;

/// <summary>
/// A small number that one live thread owns, so that counters and hazard words can be written without a lock. Numbers of ended threads
/// are given to new ones; when all are taken, further threads share the last one and must write with interlocked operations.
/// </summary>
internal static class ThreadSlot
{
    /// <summary>How many numbers there are, the shared one included.</summary>
    public const int Count = 128;

    /// <summary>The number that is shared by every thread that found no other free.</summary>
    public const int Shared = Count - 1;

    private static readonly Lock Gate = new();
    private static readonly Thread?[] Owners = new Thread?[Shared];
    private static int s_highest;

    // One more than the number, so that zero means none yet.
    [ThreadStatic]
    private static int t_number;

    /// <summary>The number of the current thread, from 0 to <see cref="Shared"/>.</summary>
    public static int Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int number = t_number;
            return number != 0 ? number - 1 : Assign();
        }
    }

    /// <summary>No number above this one was ever owned.</summary>
    public static int Highest => Volatile.Read(ref s_highest);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Assign()
    {
        int number = 0;
        lock (Gate)
        {
            // Asked of the threads themselves: in a process that allocates nothing, no collection would ever tell that one has ended.
            while (number < Shared && Owners[number] is { IsAlive: true })
                number++;
            if (number < Shared)
                Owners[number] = Thread.CurrentThread;
            Volatile.Write(ref s_highest, Math.Max(s_highest, number));
        }

        // What the number's former owner wrote before it ended is seen from here on.
        Interlocked.MemoryBarrier();
        t_number = number + 1;
        return number;
    }
}
