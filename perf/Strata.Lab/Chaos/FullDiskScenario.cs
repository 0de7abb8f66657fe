using Strata.Tiers;

namespace Strata.Lab.Chaos;

/// <summary>Another file takes all the room that a small file system has left.</summary>
internal sealed class FullDiskScenario : FileScenario
{
    private const int DiskBytes = 32 << 20;

    private bool _isMounted;

    public override string Fault => "disk full";

    protected override long CapacityBytes => DiskBytes * 7 / 8;

    private string Filler => Path.Combine(Home, "filler");

    public override ValueTask<ICacheTier> StartAsync()
    {
        _isMounted = TryRun("mount", "-t", "tmpfs", "-o", $"size={DiskBytes}", "strata-chaos", Home);
        return _isMounted ? base.StartAsync() : throw new PlatformNotSupportedException("no small file system could be mounted, which takes root on Linux");
    }

    public override ValueTask BreakAsync()
    {
        using FileStream filler = File.Create(Filler, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
                filler.Write(block);
        }
        catch (IOException)
        {
            return ValueTask.CompletedTask;
        }
    }

    public override ValueTask MendAsync()
    {
        File.Delete(Filler);
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        Files?.Dispose();
        if (_isMounted)
            Run("umount", Home);
        await base.DisposeAsync();
    }
}
