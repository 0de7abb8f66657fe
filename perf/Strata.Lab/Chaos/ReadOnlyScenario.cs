namespace Strata.Lab.Chaos;

/// <summary>Directory and files can be read only, for the handles that are open, too.</summary>
/// <param name="isReopened">Whether the store is closed and opened again as soon as files can be written; otherwise it goes on by itself.</param>
internal sealed class ReadOnlyScenario(bool isReopened) : FileScenario
{
    private bool _isBroken;

    public override string Fault => isReopened ? "read-only, reopened" : "read-only";

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
        if (isReopened)
        {
            Files.Close();
            Files.Reopen();
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_isBroken)
            await MendAsync();
        await base.DisposeAsync();
    }
}
