using System.Diagnostics;
using System.Globalization;

namespace Strata.Lab.Measure;

/// <summary>The resident size of this process.</summary>
internal static class ProcessMemory
{
    public static long ResidentBytes()
    {
        if (OperatingSystem.IsLinux())
        {
            // The second number of statm is the resident size in pages.
            string[] numbers = File.ReadAllText("/proc/self/statm").Split(' ');
            return long.Parse(numbers[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }

        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    /// <summary>Collects everything that can be collected and gives free pages back, so that managed subjects are seen at their smallest.</summary>
    public static long SettledResidentBytes()
    {
        for (int pass = 0; pass < 2; pass++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return ResidentBytes();
    }
}
