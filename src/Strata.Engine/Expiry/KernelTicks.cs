using System.Runtime.InteropServices;

namespace Strata.Engine.Expiry;

/// <summary>
/// The coarse monotonic clock of the Linux kernel, read from the page that the kernel maps into every process. Calling it there, without the
/// two libraries in between, takes half the instructions, and a read that misses the caches is bounded by its instructions.
/// </summary>
internal static unsafe class KernelTicks
{
    private const int CoarseMonotonicClock = 6;

    private static readonly delegate* unmanaged[SuppressGCTransition]<int, Timespec*, int> GetTime = Find();

    /// <summary>Whether the clock is there. On other systems, and where the kernel does not offer it, it is not.</summary>
    public static bool IsSupported => GetTime != null;

    /// <summary>Whole seconds since the start that the precise clock counts from, never ahead of it.</summary>
    public static long Seconds
    {
        get
        {
            Timespec time;
            GetTime(CoarseMonotonicClock, &time);
            return time.Seconds;
        }
    }

    /// <summary>The same in milliseconds, rounded down.</summary>
    public static long Milliseconds
    {
        get
        {
            Timespec time;
            GetTime(CoarseMonotonicClock, &time);
            return time.Seconds * 1000 + (long)((ulong)time.Nanoseconds / 1_000_000);
        }
    }

    private static delegate* unmanaged[SuppressGCTransition]<int, Timespec*, int> Find()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || !NativeLibrary.TryLoad("linux-vdso.so.1", out nint library))
            return null;
        string name = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "__kernel_clock_gettime" : "__vdso_clock_gettime";
        Timespec time;
        var function = NativeLibrary.TryGetExport(library, name, out nint address) ? (delegate* unmanaged[SuppressGCTransition]<int, Timespec*, int>)address : null;
        return function != null && function(CoarseMonotonicClock, &time) == 0 ? function : null;
    }

    // The kernel's struct of 64-bit systems.
    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
