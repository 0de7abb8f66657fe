namespace Strata.Lab.Chaos;

/// <summary>Directory and files can be read only, for the handles that are open, too. A store whose writes failed everywhere needs to be opened again.</summary>
internal sealed class ReadOnlyScenario : FileScenario
{
    private bool _isBroken;

    public override string Fault => "read-only";

    public override ValueTask<Tiers.ICacheTier> StartAsync()
    {
        bool canDo = TryRun("chattr", "+i", Home) && TryRun("chattr", "-i", Home);
        return canDo ? base.StartAsync() : throw new PlatformNotSupportedException("files could not be made immutable, which takes root on Linux");
    }

    public override ValueTask BreakAsync()
    {
        Run("chattr", "-R", "+i", Store);
        _isBroken = true;
        return ValueTask.CompletedTask;
    }

    public override ValueTask MendAsync()
    {
        Run("chattr", "-R", "-i", Store);
        _isBroken = false;
        Files.Close();
        Files.Reopen();
        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_isBroken)
            await MendAsync();
        await base.DisposeAsync();
    }
}
