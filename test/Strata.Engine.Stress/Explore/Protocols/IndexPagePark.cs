using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// A bucket is emptied and its record's bytes are reused, then its page is parked: the epoch is raised and its memory given back, so that its version begins anew
/// when the page is used again, and may come to what it once was. A reader that saw it before must not take that for an unchanged one.
/// </summary>
internal static class IndexPagePark
{
    private const int OldWord = 1;
    private const int NewWord = 2;
    private const int Version = 2;

    public static Scenario Build(IndexPageParkFault fault)
    {
        var scenario = new Scenario("index page park");
        Location epoch = scenario.Words("epoch", 0);
        Location record = scenario.Words("record", OldWord, OldWord);
        Location version = scenario.Words("version", Version);
        Location slot = scenario.Words("slot", record.Address);

        ThreadScript writer = scenario.Thread("writer");
        writer.StoreRelease("next version", version, Version + 2);
        writer.FullFence();
        writer.Store("reuse first word", record, NewWord);
        writer.Store("reuse second word", record + 1, NewWord);
        if (fault is not (IndexPageParkFault.EpochNotRaised or IndexPageParkFault.EpochAfterVersionsBeganAnew))
            writer.StoreRelease("next epoch", epoch, 1);
        if (fault != IndexPageParkFault.NoFenceBeforeDiscard)
            writer.FullFence();
        writer.Store("discard", version, 0);
        writer.Store("first version again", version, Version);
        if (fault == IndexPageParkFault.EpochAfterVersionsBeganAnew)
            writer.StoreRelease("next epoch", epoch, 1);

        ThreadScript reader = scenario.Thread("reader");
        Register epochBefore = reader.LoadAcquire("epoch", epoch);
        reader.ExitIf("sent to another bucket", epochBefore);
        Register versionBefore = reader.LoadAcquire("version", version);
        Register place = reader.LoadAcquire("slot", slot);
        Register first = reader.Load("first word", place);
        Register second = reader.Load("second word", place + 1);
        if (fault != IndexPageParkFault.NoReadBarrier)
            reader.ReadBarrier();
        if (fault == IndexPageParkFault.EpochReadAgainBeforeVersion)
            ReadEpochAgain();
        Register versionAfter = fault == IndexPageParkFault.VersionAgainByPlainLoad ? reader.Load("version again", version) : reader.LoadAcquire("version again", version);
        reader.ExitIf("retry", versionAfter.IsNot(versionBefore));
        if (fault is not (IndexPageParkFault.EpochNotReadAgain or IndexPageParkFault.EpochReadAgainBeforeVersion))
            ReadEpochAgain();

        scenario.Forbid("bytes of another record", o => o.Finished(reader) && o[versionBefore] == Version && (o[first] != OldWord || o[second] != OldWord));
        scenario.Expect("the old value is read", o => o.Finished(reader) && o[first] == OldWord);
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;

        void ReadEpochAgain()
        {
            Register epochAfter = reader.LoadAcquire("epoch again", epoch);
            reader.ExitIf("retry", epochAfter.IsNot(epochBefore));
        }
    }
}
