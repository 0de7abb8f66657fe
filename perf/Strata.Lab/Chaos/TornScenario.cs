namespace Strata.Lab.Chaos;

/// <summary>The store is closed, its newest segment loses its end, and the store is opened again.</summary>
internal sealed class TornScenario : FileScenario
{
    public override string Fault => "torn";

    public override ValueTask BreakAsync()
    {
        Files.Close();
        string newest = Segments().MaxBy(File.GetLastWriteTimeUtc)!;
        using FileStream segment = File.OpenWrite(newest);
        segment.SetLength(segment.Length / 2);
        return ValueTask.CompletedTask;
    }

    public override ValueTask MendAsync()
    {
        Files.Reopen();
        return ValueTask.CompletedTask;
    }
}
