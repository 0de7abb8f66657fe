using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// Everything is cleared by raising the epoch alone: a bucket that is not used for now keeps its slot and its version, and the record it
/// points to is overwritten. A reader that came with the old epoch must not accept the new bytes.
/// </summary>
internal static class ClearByEpoch
{
    private const int OldWord = 1;
    private const int NewWord = 2;

    public static Scenario Build(ClearByEpochFault fault)
    {
        var scenario = new Scenario("clear by epoch");
        Location epoch = scenario.Words("epoch", 0);
        Location record = scenario.Words("record", OldWord, OldWord);
        Location version = scenario.Words("version", 0);
        Location slot = scenario.Words("slot", record.Address);

        ThreadScript writer = scenario.Thread("writer");
        if (fault != ClearByEpochFault.EpochAfterReuse)
            writer.StoreRelease("next epoch", epoch, 1);
        if (fault != ClearByEpochFault.NoFenceBeforeReuse)
            writer.FullFence();
        writer.Store("reuse first word", record, NewWord);
        writer.Store("reuse second word", record + 1, NewWord);
        if (fault == ClearByEpochFault.EpochAfterReuse)
            writer.StoreRelease("next epoch", epoch, 1);

        ThreadScript reader = scenario.Thread("reader");
        Register epochBefore = reader.LoadAcquire("epoch", epoch);
        reader.ExitIf("sent to another bucket", epochBefore);
        Register versionBefore = reader.LoadAcquire("version", version);
        Register place = reader.LoadAcquire("slot", slot);
        Register first = reader.Load("first word", place);
        Register second = reader.Load("second word", place + 1);
        if (fault != ClearByEpochFault.NoReadBarrier)
            reader.ReadBarrier();
        if (fault != ClearByEpochFault.EpochNotReadAgain)
        {
            Register epochAfter = reader.Load("epoch again", epoch);
            reader.ExitIf("retry", epochAfter.IsNot(epochBefore));
        }

        Register versionAfter = reader.Load("version again", version);
        reader.ExitIf("retry", versionAfter.IsNot(versionBefore));

        scenario.Forbid("bytes of another record", o => o.Finished(reader) && (o[first] != OldWord || o[second] != OldWord));
        scenario.Expect("the old value is read", o => o.Finished(reader) && o[first] == OldWord);
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;
    }
}
