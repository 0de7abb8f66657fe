using System.Runtime.InteropServices;

namespace Strata.Engine.Memory;

/// <summary>The few calls into the operating system. Each of them is plain memory management, and all but the reservation may be refused.</summary>
internal static unsafe partial class SystemMemory
{
    private const int ProtectReadWrite = 0x3;
    private const int MapPrivate = 0x2;
    private const int MapAnonymousLinux = 0x20;
    private const int MapNoReserveLinux = 0x4000;
    private const int MapAnonymousMac = 0x1000;
    private const int MapNoReserveMac = 0x40;
    private const int AdviseDontNeed = 4;
    private const int AdviseFreeMac = 5;
    private const int AdviseHugePage = 14;
    private const int AdviseNoHugePage = 15;
    private const uint WindowsReserve = 0x2000;
    private const uint WindowsCommit = 0x1000;
    private const uint WindowsDecommit = 0x4000;
    private const uint WindowsReset = 0x8_0000;
    private const uint WindowsReadWrite = 0x04;

    /// <summary>
    /// Readable, writable, zeroed memory that is taken from the system page by page as it is touched; null when the system refuses. On Windows all of it
    /// counts against the commit limit.
    /// </summary>
    public static byte* Reserve(long lengthBytes)
    {
        if (OperatingSystem.IsWindows())
        {
            // Committed at once, since a late reader may look at any page: Windows still backs a page only when it is touched.
            return (byte*)VirtualAlloc(null, (nuint)lengthBytes, WindowsReserve | WindowsCommit, WindowsReadWrite);
        }

        int flags = OperatingSystem.IsLinux() ? MapAnonymousLinux | MapNoReserveLinux : MapAnonymousMac | MapNoReserveMac;
        void* start = Map(null, (nuint)lengthBytes, ProtectReadWrite, MapPrivate | flags, -1, 0);
        return (nint)start == -1 ? null : (byte*)start;
    }

    /// <summary>Asks for huge pages. False where the system has none to offer by request.</summary>
    public static bool RequestHugePages(byte* start, long lengthBytes) =>
        OperatingSystem.IsLinux() && Advise(start, (nuint)lengthBytes, AdviseHugePage) == 0;

    /// <summary>Asks for none, also where the system gives them unasked.</summary>
    public static void RefuseHugePages(byte* start, long lengthBytes)
    {
        if (OperatingSystem.IsLinux() && lengthBytes != 0)
            Advise(start, (nuint)lengthBytes, AdviseNoHugePage);
    }

    /// <summary>
    /// Tells the system that the content is no longer needed. The range stays readable and writable: on Linux it reads as zero from now on, elsewhere
    /// as zero or as what it was. On macOS the system takes the memory when it wants it. Only the system's pages that lie wholly in the range are meant.
    /// </summary>
    /// <returns>The bytes of those pages; 0 when the system refused.</returns>
    public static long Discard(byte* start, long lengthBytes)
    {
        // The systems round outwards, which would take the neighbours' bytes.
        nuint mask = (nuint)Environment.SystemPageSize - 1;
        byte* first = (byte*)(((nuint)start + mask) & ~mask);
        long whole = (long)((nuint)(start + lengthBytes) & ~mask) - (long)first;
        if (whole <= 0)
            return 0;
        bool isTaken = OperatingSystem.IsWindows()
            ? VirtualAlloc(first, (nuint)whole, WindowsReset, WindowsReadWrite) != null
            : Advise(first, (nuint)whole, OperatingSystem.IsLinux() ? AdviseDontNeed : AdviseFreeMac) == 0;
        return isTaken ? whole : 0;
    }

    /// <summary>Discards a range that nobody will look at before <see cref="TryUnpark"/>: where memory is committed, that is taken back too.</summary>
    public static void Park(byte* start, long lengthBytes)
    {
        if (OperatingSystem.IsWindows())
            VirtualFree(start, (nuint)lengthBytes, WindowsDecommit);
        else
            Discard(start, lengthBytes);
    }

    /// <summary>Makes a parked range readable and writable again. False when the system refuses.</summary>
    public static bool TryUnpark(byte* start, long lengthBytes) =>
        !OperatingSystem.IsWindows() || VirtualAlloc(start, (nuint)lengthBytes, WindowsCommit, WindowsReadWrite) != null;

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);

    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc")]
    private static partial void* VirtualAlloc(void* address, nuint size, uint allocationType, uint protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualFree")]
    private static partial int VirtualFree(void* address, nuint size, uint freeType);
}
