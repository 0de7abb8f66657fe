using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>A value of two words is overwritten in place under an odd version. A reader must never accept a word of each.</summary>
internal static class OverwriteInPlace
{
    private const int OldWord = 1;
    private const int NewWord = 2;

    public static Scenario Build(OverwriteInPlaceFault fault)
    {
        var scenario = new Scenario("overwrite in place");
        Location version = scenario.Words("version", 0);
        Location value = scenario.Words("value", OldWord, OldWord);
        Location slot = scenario.Words("slot", value.Address);
        Location done = scenario.Words("write announced", 0);

        ThreadScript writer = scenario.Thread("writer");
        if (fault != OverwriteInPlaceFault.NoOddVersion)
            writer.Store("odd version", version, 1);
        if (fault != OverwriteInPlaceFault.NoBarrierAfterOddVersion)
            writer.WriteBarrier();
        writer.Store("new first word", value, NewWord);
        writer.Store("new second word", value + 1, NewWord);
        if (fault == OverwriteInPlaceFault.EvenVersionByPlainStore)
            writer.Store("even version", version, 2);
        else
            writer.StoreRelease("even version", version, 2);
        writer.StoreRelease("announce", done, 1);

        ThreadScript reader = scenario.Thread("reader");
        Register announced = reader.LoadAcquire("announced", done);
        Register before = reader.LoadAcquire("version", version);
        if (fault != OverwriteInPlaceFault.OddVersionNotSeenAsBusy)
            reader.ExitIf("busy", before.Value & 1);
        Register place = reader.LoadAcquire("slot", slot);
        Register first = reader.Load("first word", place);
        Register second = reader.Load("second word", place + 1);
        if (fault != OverwriteInPlaceFault.NoReadBarrier)
            reader.ReadBarrier();
        if (fault != OverwriteInPlaceFault.NoVersionCheck)
        {
            Register after = reader.Load("version again", version);
            reader.ExitIf("retry", after.IsNot(before));
        }

        scenario.Forbid("a torn value", o => o.Finished(reader) && o[first] != o[second]);
        scenario.Forbid("the old value after the write was announced", o => o.Finished(reader) && o[announced] == 1 && o[first] == OldWord);
        scenario.Expect("the old value is read", o => o.Finished(reader) && o[first] == OldWord);
        scenario.Expect("the new value is read", o => o.Finished(reader) && o[first] == NewWord);
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;
    }
}
