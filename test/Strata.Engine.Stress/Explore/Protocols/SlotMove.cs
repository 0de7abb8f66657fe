using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore.Protocols;

/// <summary>
/// A slot moves from the back of a chain into a hole at its front, under an odd version. Its key is present throughout, so no reader may
/// conclude that it is absent.
/// </summary>
internal static class SlotMove
{
    private const int Value = 7;

    public static Scenario Build(SlotMoveFault fault)
    {
        var scenario = new Scenario("slot move");
        Location version = scenario.Words("version", 0);
        Location record = scenario.Words("record", Value);
        Location front = scenario.Words("front slot", 0);
        Location back = scenario.Words("back slot", record.Address);

        ThreadScript writer = scenario.Thread("writer");
        if (fault != SlotMoveFault.NoOddVersion)
            writer.Store("odd version", version, 1);
        if (fault != SlotMoveFault.NoBarrierAfterOddVersion)
            writer.WriteBarrier();
        writer.Store("fill front", front, record);
        writer.Store("clear back", back, 0);
        if (fault == SlotMoveFault.EvenVersionByPlainStore)
            writer.Store("even version", version, 2);
        else
            writer.StoreRelease("even version", version, 2);

        ThreadScript reader = scenario.Thread("reader");
        Register before = reader.LoadAcquire("version", version);
        if (fault != SlotMoveFault.OddVersionNotSeenAsBusy)
            reader.ExitIf("busy", before.Value & 1);
        Register seenFront = reader.Load("front", front);
        Register seenBack = reader.Load("back", back);
        if (fault != SlotMoveFault.NoReadBarrierBeforeMissIsValidated)
            reader.ReadBarrier();
        if (fault != SlotMoveFault.MissNotValidated)
        {
            Register after = reader.Load("version again", version);
            reader.ExitIf("retry", after.IsNot(before));
        }

        scenario.Forbid("a false miss", o => o.Finished(reader) && o[seenFront] == 0 && o[seenBack] == 0);
        scenario.Expect("found at the front", o => o.Finished(reader) && o[seenFront] != 0 && o[seenBack] == 0);
        scenario.Expect("found at the back", o => o.Finished(reader) && o[seenFront] == 0 && o[seenBack] != 0);
        scenario.Expect("the reader retries", o => !o.Finished(reader));
        return scenario;
    }
}
