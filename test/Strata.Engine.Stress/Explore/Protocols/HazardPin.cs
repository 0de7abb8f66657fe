using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// A reader pins a page by naming it in its hazard word, checks the bucket once more and then reads at leisure; a reclaimer unlinks the
/// page and uses it again unless it finds it named. What is read under an accepted pin must be the first record.
/// </summary>
internal static class HazardPin
{
    private const int OldWord = 1;
    private const int NewWord = 2;

    public static Scenario Build(HazardPinFault fault)
    {
        var scenario = new Scenario("hazard pin");
        Location version = scenario.Words("version", 0);
        Location page = scenario.Words("page", OldWord, OldWord);
        Location slot = scenario.Words("slot", page.Address);
        Location hazard = scenario.Words("hazard", 0);

        ThreadScript reader = scenario.Thread("reader");
        Register before = reader.LoadAcquire("version", version);
        Register place = reader.LoadAcquire("slot", slot);
        reader.ExitIf("miss", place.Is(0));
        Publish(reader, fault, hazard, place);
        if (fault != HazardPinFault.NoVersionCheckAfterPublishing)
        {
            Register after = reader.LoadAcquire("version again", version);
            reader.ExitIf("retry", after.IsNot(before));
        }

        Register first = reader.Load("first word", place);
        Register second = reader.Load("second word", place + 1);
        if (fault == HazardPinFault.PlainReleaseOfHazard)
            reader.Store("unpin", hazard, 0);
        else
            reader.StoreRelease("unpin", hazard, 0);

        ThreadScript reclaimer = scenario.Thread("reclaimer");
        if (fault == HazardPinFault.ScanBeforeUnlink)
            Scan(reclaimer, hazard, page);
        reclaimer.Store("unlink", slot, 0);
        reclaimer.StoreRelease("bump", version, 2);
        if (fault == HazardPinFault.WriteBarrierBeforeScan)
            reclaimer.WriteBarrier();
        else if (fault != HazardPinFault.NoFenceBeforeScan)
            reclaimer.FullFence();
        if (fault != HazardPinFault.ScanBeforeUnlink)
            Scan(reclaimer, hazard, page);
        reclaimer.Store("reuse first word", page, NewWord);
        reclaimer.Store("reuse second word", page + 1, NewWord);

        scenario.Forbid("reused bytes under a pin", o => o.Finished(reader) && (o[first] != OldWord || o[second] != OldWord));
        scenario.Expect("the pin is accepted and the page reused", o => o.Finished(reader) && o.Finished(reclaimer));
        scenario.Expect("the page is quarantined", o => !o.Finished(reclaimer));
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;
    }

    private static void Publish(ThreadScript reader, HazardPinFault fault, Location hazard, Register place)
    {
        switch (fault)
        {
            case HazardPinFault.PublishByPlainStore:
                reader.Store("pin", hazard, place);
                break;
            case HazardPinFault.PublishByReleaseStore:
                reader.StoreRelease("pin", hazard, place);
                break;
            default:
                reader.Exchange("pin", hazard, place);
                break;
        }
    }

    private static void Scan(ThreadScript reclaimer, Location hazard, Location page)
    {
        Register named = reclaimer.LoadAcquire("scan", hazard);
        reclaimer.ExitIf("quarantine", named.Is(page));
    }
}
