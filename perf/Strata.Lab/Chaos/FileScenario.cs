using System.Diagnostics;
using Strata.Files;
using Strata.Tiers;

namespace Strata.Lab.Chaos;

/// <summary>A store of real files in a directory of its own, in small segments, so that a short run has many.</summary>
internal abstract class FileScenario : ChaosScenario
{
    private const int SegmentBytes = 256 << 10;

    private ReopenedTier? _tier;

    public sealed override string Tier => "files";

    /// <summary>The directory around the store's.</summary>
    protected string Home { get; } = Directory.CreateTempSubdirectory("strata-chaos-").FullName;

    protected string Store => Path.Combine(Home, "store");

    protected ReopenedTier Files => _tier!;

    protected virtual long CapacityBytes => 32 << 20;

    public override ValueTask<ICacheTier> StartAsync()
    {
        // What was there before counts afterwards, so that a value that should be gone would show.
        _tier = new ReopenedTier(Store, new() { CapacityBytes = CapacityBytes, SegmentBytes = SegmentBytes, AllowsTinySegments = true, RecoveredEntries = RecoveredEntries.Trusted });
        return new(_tier);
    }

    public override ValueTask DisposeAsync()
    {
        _tier?.Dispose();
        Directory.Delete(Home, recursive: true);
        return ValueTask.CompletedTask;
    }

    protected string[] Segments() => Directory.GetFiles(Store, "*.segment");

    /// <summary>Has a program of the system do what this one may not, and says whether it could.</summary>
    protected static bool TryRun(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    protected static void Run(string program, params string[] arguments)
    {
        if (!TryRun(program, arguments))
            throw new InvalidOperationException($"'{program}' failed.");
    }
}
