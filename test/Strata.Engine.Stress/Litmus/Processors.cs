using System.Numerics;
using System.Runtime.InteropServices;

namespace Strata.Engine.Stress.Litmus;

/// <summary>
/// Binds threads to processors. On a busy machine a scheduler may keep the two threads of a race in one processor's queue for seconds, and
/// threads that never run at the same time do not race.
/// </summary>
internal static unsafe partial class Processors
{
    private const int MaskWords = 16;

    /// <summary>Binds the current thread to one of the processors it may use, counted round; does nothing where the system has no such call.</summary>
    public static void Bind(int ordinal)
    {
        if (!OperatingSystem.IsLinux())
            return;
        ulong* allowed = stackalloc ulong[MaskWords];
        new Span<ulong>(allowed, MaskWords).Clear();
        if (GetAffinity(0, MaskWords * sizeof(ulong), allowed) < 0)
            return;
        int count = 0;
        for (int word = 0; word < MaskWords; word++)
            count += BitOperations.PopCount(allowed[word]);
        int skip = ordinal % count;
        for (int processor = 0; ; processor++)
        {
            if ((allowed[processor / 64] >> processor % 64 & 1) == 0 || skip-- > 0)
                continue;
            ulong* one = stackalloc ulong[MaskWords];
            new Span<ulong>(one, MaskWords).Clear();
            one[processor / 64] = 1UL << processor % 64;
            _ = SetAffinity(0, MaskWords * sizeof(ulong), one);
            return;
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nuint maskBytes, ulong* mask);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nuint maskBytes, ulong* mask);
}
