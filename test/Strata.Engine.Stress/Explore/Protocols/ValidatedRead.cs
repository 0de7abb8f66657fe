using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// A record is unlinked from bucket A and its memory is used for a record of bucket B, while one reader looks for the first key and
/// another for the second. What a reader accepts must be its key with the value of its key, and the first key must not be found any more
/// by a reader that saw the removal announced.
/// </summary>
internal static class ValidatedRead
{
    private const int FirstKey = 1;
    private const int FirstValue = 11;
    private const int SecondKey = 2;
    private const int SecondValue = 12;

    public static Scenario Build(ValidatedReadFault fault)
    {
        var scenario = new Scenario("validated read");
        Location versionA = scenario.Words("version of A", 0);
        Location record = scenario.Words("record", FirstKey, FirstValue);
        Location slotA = scenario.Words("slot of A", record.Address);
        Location versionB = scenario.Words("version of B", 0);
        Location slotB = scenario.Words("slot of B", 0);
        Location removed = scenario.Words("removal announced", 0);

        ThreadScript writer = scenario.Thread("writer");
        if (fault == ValidatedReadFault.ReuseBeforeUnlink)
        {
            Reuse(writer, record);
            writer.WriteBarrier();
        }

        if (fault == ValidatedReadFault.BumpBeforeUnlink)
            writer.StoreRelease("bump A", versionA, 2);
        writer.Store("unlink", slotA, 0);
        if (fault == ValidatedReadFault.BumpNotRelease)
            writer.Store("bump A", versionA, 2);
        else if (fault is not (ValidatedReadFault.BumpBeforeUnlink or ValidatedReadFault.BumpAfterReuse))
            writer.StoreRelease("bump A", versionA, 2);
        writer.StoreRelease("announce", removed, 1);
        if (fault != ValidatedReadFault.NoWriteBarrier)
            writer.WriteBarrier();
        if (fault != ValidatedReadFault.ReuseBeforeUnlink)
            Reuse(writer, record);
        if (fault == ValidatedReadFault.BumpAfterReuse)
            writer.StoreRelease("bump A", versionA, 2);
        if (fault == ValidatedReadFault.SlotNotRelease)
            writer.Store("publish", slotB, record);
        else
            writer.StoreRelease("publish", slotB, record);

        ThreadScript first = scenario.Thread("reader of the first key");
        Register announced = first.LoadAcquire("removal", removed);
        Register firstValue = Read(first, fault, versionA, slotA, FirstKey);
        ThreadScript second = scenario.Thread("reader of the second key");
        Register secondValue = Read(second, fault, versionB, slotB, SecondKey);

        scenario.Forbid("the first key with another value", o => o.Finished(first) && o[firstValue] != FirstValue);
        scenario.Forbid("the first key after its removal was seen", o => o.Finished(first) && o[announced] == 1);
        scenario.Forbid("the second key with another value", o => o.Finished(second) && o[secondValue] != SecondValue);
        scenario.Expect("the first key is found", o => o.Finished(first));
        scenario.Expect("the first key is not found", o => !o.Finished(first));
        scenario.Expect("the second key is found", o => o.Finished(second));
        return scenario;
    }

    private static void Reuse(ThreadScript writer, Location record)
    {
        writer.Store("new key", record, SecondKey);
        writer.Store("new value", record + 1, SecondValue);
    }

    /// <summary>Comes to its end only with a hit.</summary>
    private static Register Read(ThreadScript reader, ValidatedReadFault fault, Location version, Location slot, int key)
    {
        Register before = fault == ValidatedReadFault.NoAcquireOfVersion ? reader.Load("version", version) : reader.LoadAcquire("version", version);
        Register place = reader.LoadAcquire("slot", slot);
        reader.ExitIf("miss", place.Is(0));
        Register seenKey = reader.Load("key", place);
        reader.ExitIf("other key", seenKey.IsNot(key));
        Register value = reader.Load("value", place + 1);
        if (fault != ValidatedReadFault.NoReadBarrier)
            reader.ReadBarrier();
        if (fault == ValidatedReadFault.NoVersionCheck)
            return value;
        Register after = reader.Load("version again", version);
        reader.ExitIf("retry", after.IsNot(before));
        return value;
    }
}
