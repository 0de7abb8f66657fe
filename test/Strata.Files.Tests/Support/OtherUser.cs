using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Strata.Files.Tests.Support;

/// <summary>Acts as one who is not root, so that the system denies what the modes of files deny. Who runs the tests as somebody else is that already.</summary>
internal static class OtherUser
{
    private const uint Nobody = 65_534;

    /// <summary>Whether the system would deny anything: on Linux always, elsewhere on Unix to all but root.</summary>
    public static bool IsThere => OperatingSystem.IsLinux() || (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess);

    /// <summary>Gives a directory and all in it to the user who acts.</summary>
    public static void Give(string path)
    {
        if (!Environment.IsPrivilegedProcess)
            return;
        using Process process = Process.Start("chown", ["-R", $"{Nobody}", path]);
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException("'chown' failed.");
    }

    /// <summary>Has a thread of its own act, and returns what it threw.</summary>
    public static Exception? Act(Action act)
    {
        Exception? thrown = null;
        var thread = new Thread(() =>
        {
            // Of this thread only; root's rights to files go with it.
            if (Environment.IsPrivilegedProcess)
                _ = SetUserOfFiles(Nobody);
            try
            {
                act();
            }
            catch (Exception exception)
            {
                thrown = exception;
            }
        });
        thread.Start();
        thread.Join();
        return thrown;
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetUserOfFiles(uint user);
}
