using System.Numerics;
using System.Runtime.InteropServices;

namespace Strata.Lab.Measure;

/// <summary>
/// Keeps a thread on one processor: a lone thread that is moved about between idle processors loses its caches on the way, and two threads would
/// seem to scale better than they do. On Linux only; elsewhere, or when the system refuses, threads stay free.
/// </summary>
internal static class ThreadPin
{
    private const int MaskWords = 16;

    /// <summary>Keeps the current thread on processor number <paramref name="index"/> of those the process may use.</summary>
    public static void ToProcessor(int index)
    {
        ulong[] allowed = new ulong[MaskWords];
        if (!OperatingSystem.IsLinux() || GetAffinity(0, MaskWords * sizeof(ulong), allowed) < 0)
            return;
        int wanted = index % allowed.Sum(BitOperations.PopCount);
        ulong[] mask = new ulong[MaskWords];
        for (int processor = 0; ; processor++)
        {
            ulong bit = allowed[processor / 64] & (1UL << (processor % 64));
            if (bit == 0 || wanted-- > 0)
                continue;
            mask[processor / 64] = bit;
            _ = SetAffinity(0, MaskWords * sizeof(ulong), mask);
            return;
        }
    }

    [DllImport("libc", EntryPoint = "sched_getaffinity")]
    private static extern int GetAffinity(int thread, nint lengthBytes, [In, Out] ulong[] mask);

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    private static extern int SetAffinity(int thread, nint lengthBytes, [In] ulong[] mask);
}
