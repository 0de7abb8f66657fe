using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// A writer overwrites a value in place under an odd version, after it has found no hazard word that names the page; a reader pins the page
/// and reads without further validation. What is read under an accepted pin must be one value, not a mix.
/// </summary>
internal static class PinnedOverwrite
{
    private const int OldWord = 1;
    private const int NewWord = 2;

    public static Scenario Build(PinnedOverwriteFault fault)
    {
        var scenario = new Scenario("pinned overwrite");
        Location version = scenario.Words("version", 0);
        Location page = scenario.Words("page", OldWord, OldWord);
        Location hazard = scenario.Words("hazard", 0);

        ThreadScript reader = scenario.Thread("reader");
        Register before = reader.LoadAcquire("version", version);
        if (fault != PinnedOverwriteFault.OddVersionNotSeenAsBusy)
            reader.ExitIf("busy", before.Value & 1);
        reader.Exchange("pin", hazard, page);
        if (fault != PinnedOverwriteFault.NoVersionCheckAfterPublishing)
        {
            Register after = reader.LoadAcquire("version again", version);
            reader.ExitIf("retry", after.IsNot(before));
        }

        Register first = reader.Load("first word", page);
        Register second = reader.Load("second word", page + 1);
        reader.StoreRelease("unpin", hazard, 0);

        ThreadScript writer = scenario.Thread("writer");
        if (fault == PinnedOverwriteFault.ScanBeforeOddVersion)
            Scan(writer, hazard, page);
        writer.Store("odd version", version, 1);
        if (fault != PinnedOverwriteFault.NoFenceBeforeScan)
            writer.FullFence();
        if (fault is not (PinnedOverwriteFault.NoHazardCheck or PinnedOverwriteFault.ScanBeforeOddVersion))
            Scan(writer, hazard, page);
        writer.Store("new first word", page, NewWord);
        writer.Store("new second word", page + 1, NewWord);
        writer.StoreRelease("even version", version, 2);

        scenario.Forbid("a torn value under a pin", o => o.Finished(reader) && o[first] != o[second]);
        scenario.Expect("the old value is read", o => o.Finished(reader) && o[first] == OldWord);
        scenario.Expect("the new value is read", o => o.Finished(reader) && o[first] == NewWord);
        scenario.Expect("the writer goes elsewhere", o => !o.Finished(writer));
        return scenario;
    }

    private static void Scan(ThreadScript writer, Location hazard, Location page)
    {
        Register named = writer.LoadAcquire("scan", hazard);
        writer.ExitIf("pinned, append instead", named.Is(page));
    }
}
