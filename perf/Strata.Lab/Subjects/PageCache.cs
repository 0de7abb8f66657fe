using System.ComponentModel;
using System.Diagnostics;

namespace Strata.Lab.Subjects;

/// <summary>The system's memory of files.</summary>
internal static class PageCache
{
    /// <summary>Has dd tell the system to forget a file's pages. False where there is no dd that can.</summary>
    public static bool TryDrop(string path)
    {
        try
        {
            using Process dd = Process.Start(new ProcessStartInfo("dd", ["if=" + path, "iflag=nocache", "count=0", "status=none"]) { RedirectStandardError = true })!;
            dd.WaitForExit();
            return dd.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
