using Strata.Engine.Stress.Explore.Model;

namespace Strata.Engine.Stress.Explore;

/// <summary>
/// The classic litmus shapes, each with one outcome that Armv8 either allows or forbids. They prove the machine, not the engine: a model
/// that allowed too little would find no counterexample to anything.
/// </summary>
internal static class ClassicShapes
{
    public static IReadOnlyList<ClassicShape> All { get; } =
    [
        new("MP", true, MessagePassing((t, x) => { }, (t, _) => { })),
        new("MP+release+acquire", false, MessagePassing(releaseFlag: true, acquireFlag: true)),
        new("MP+release+po", true, MessagePassing(releaseFlag: true)),
        new("MP+po+acquire", true, MessagePassing(acquireFlag: true)),
        new("MP+wmb+addr", false, MessagePassing((t, _) => t.WriteBarrier(), (_, _) => { }, addressDependency: true)),
        new("MP+wmb+ctrl", true, MessagePassing((t, _) => t.WriteBarrier(), (t, flag) => t.ExitIf("flag is down", flag.Is(0)))),
        new("MP+wmb+rmb", false, MessagePassing((t, _) => t.WriteBarrier(), (t, _) => t.ReadBarrier())),
        new("MP+rmb+rmb", true, MessagePassing((t, _) => t.ReadBarrier(), (t, _) => t.ReadBarrier())),
        new("MP+wmb+wmb", true, MessagePassing((t, _) => t.WriteBarrier(), (t, _) => t.WriteBarrier())),
        new("MP+fence+fence", false, MessagePassing((t, _) => t.FullFence(), (t, _) => t.FullFence())),
        new("SB", true, StoreBuffering((t, x, value) => t.Store("set", x, value))),
        new("SB+release+acquire", true, StoreBuffering((t, x, value) => t.StoreRelease("set", x, value), acquire: true)),
        new("SB+wmb+wmb", true, StoreBuffering((t, x, value) => { t.Store("set", x, value); t.WriteBarrier(); })),
        new("SB+rmb+rmb", true, StoreBuffering((t, x, value) => { t.Store("set", x, value); t.ReadBarrier(); })),
        new("SB+fence+fence", false, StoreBuffering((t, x, value) => { t.Store("set", x, value); t.FullFence(); })),
        new("SB+exchange+exchange", false, StoreBuffering((t, x, value) => t.Exchange("set", x, value))),
        new("LB", true, LoadBuffering((t, _, y) => t.Store("set", y, 1))),
        new("LB+data+data", false, LoadBuffering((t, r, y) => t.Store("set", y, r.Value * 0 + 1))),
        new("LB+ctrl+ctrl", false, LoadBuffering((t, r, y) => { t.ExitIf("nothing seen", r.Is(0)); t.Store("set", y, 1); })),
        new("LB+rmb+rmb", false, LoadBuffering((t, _, y) => { t.ReadBarrier(); t.Store("set", y, 1); })),
        new("LB+release+release", false, LoadBuffering((t, _, y) => t.StoreRelease("set", y, 1))),
        new("CoRR", false, CoherentReads()),
        new("CoWR", false, CoherentOwnRead()),
        new("CoRW", false, CoherentReadWrite()),
        new("2+2W", true, TwoWrites((t, y) => t.Store("first", y, 2))),
        new("2+2W+wmb+wmb", false, TwoWrites((t, y) => { t.WriteBarrier(); t.Store("first", y, 2); })),
        new("IRIW", true, IndependentReads((t, y) => t.Load("second", y), _ => { })),
        new("IRIW+rmb+rmb", false, IndependentReads((t, y) => t.Load("second", y), t => t.ReadBarrier())),
        new("IRIW+fence+fence", false, IndependentReads((t, y) => t.Load("second", y), t => t.FullFence())),
        new("WRC+data+addr", false, WriteToReadCausality()),
        new("PPOCA", true, ForwardedUnderControl()),
        new("two exchanges both first", false, ExchangeRace()),
        new("two compare-exchanges both win", false, CompareExchangeRace()),
    ];

    private static Scenario MessagePassing(bool releaseFlag = false, bool acquireFlag = false) =>
        MessagePassing((_, _) => { }, (_, _) => { }, releaseFlag: releaseFlag, acquireFlag: acquireFlag);

    private static Scenario MessagePassing(
        Action<ThreadScript, Location> betweenStores, Action<ThreadScript, Register> betweenLoads,
        bool releaseFlag = false, bool acquireFlag = false, bool addressDependency = false)
    {
        var scenario = new Scenario("message passing");
        Location data = scenario.Words("data", 0);
        Location flag = scenario.Words("flag", 0);
        ThreadScript writer = scenario.Thread("writer");
        writer.Store("data", data, 1);
        betweenStores(writer, data);
        if (releaseFlag)
            writer.StoreRelease("flag", flag, 1);
        else
            writer.Store("flag", flag, 1);
        ThreadScript reader = scenario.Thread("reader");
        Register seenFlag = acquireFlag ? reader.LoadAcquire("flag", flag) : reader.Load("flag", flag);
        betweenLoads(reader, seenFlag);
        Register seenData = reader.Load("data", addressDependency ? data + seenFlag.Value * 0 : data);
        scenario.Forbid("flag without data", o => o.Finished(reader) && o[seenFlag] == 1 && o[seenData] == 0);
        return scenario;
    }

    private static Scenario StoreBuffering(Action<ThreadScript, Location, int> store, bool acquire = false)
    {
        var scenario = new Scenario("store buffering");
        Location x = scenario.Words("x", 0);
        Location y = scenario.Words("y", 0);
        ThreadScript left = scenario.Thread("left");
        store(left, x, 1);
        Register seenY = acquire ? left.LoadAcquire("y", y) : left.Load("y", y);
        ThreadScript right = scenario.Thread("right");
        store(right, y, 1);
        Register seenX = acquire ? right.LoadAcquire("x", x) : right.Load("x", x);
        scenario.Forbid("neither saw the other", o => o[seenX] == 0 && o[seenY] == 0);
        return scenario;
    }

    private static Scenario LoadBuffering(Action<ThreadScript, Register, Location> store)
    {
        var scenario = new Scenario("load buffering");
        Location x = scenario.Words("x", 0);
        Location y = scenario.Words("y", 0);
        ThreadScript left = scenario.Thread("left");
        Register seenX = left.Load("x", x);
        store(left, seenX, y);
        ThreadScript right = scenario.Thread("right");
        Register seenY = right.Load("y", y);
        store(right, seenY, x);
        scenario.Forbid("both saw the later store", o => o[seenX] == 1 && o[seenY] == 1);
        return scenario;
    }

    private static Scenario CoherentReads()
    {
        var scenario = new Scenario("coherent reads");
        Location x = scenario.Words("x", 0);
        scenario.Thread("writer").Store("set", x, 1);
        ThreadScript reader = scenario.Thread("reader");
        Register first = reader.Load("first", x);
        Register second = reader.Load("second", x);
        scenario.Forbid("the new value, then the old one", o => o[first] == 1 && o[second] == 0);
        return scenario;
    }

    private static Scenario CoherentOwnRead()
    {
        var scenario = new Scenario("coherent own read");
        Location x = scenario.Words("x", 0);
        ThreadScript thread = scenario.Thread("thread");
        thread.Store("set", x, 1);
        Register seen = thread.Load("own", x);
        scenario.Forbid("own store not seen", o => o[seen] == 0);
        return scenario;
    }

    private static Scenario CoherentReadWrite()
    {
        var scenario = new Scenario("coherent read and write");
        Location x = scenario.Words("x", 0);
        ThreadScript thread = scenario.Thread("thread");
        Register seen = thread.Load("earlier", x);
        thread.Store("set", x, 1);
        scenario.Forbid("own later store seen", o => o[seen] == 1);
        return scenario;
    }

    private static Scenario TwoWrites(Action<ThreadScript, Location> second)
    {
        var scenario = new Scenario("two writes each");
        Location x = scenario.Words("x", 0);
        Location y = scenario.Words("y", 0);
        ThreadScript left = scenario.Thread("left");
        left.Store("last", x, 1);
        second(left, y);
        ThreadScript right = scenario.Thread("right");
        right.Store("last", y, 1);
        second(right, x);
        scenario.Forbid("each one's first store is the last", o => o[x] == 1 && o[y] == 1);
        return scenario;
    }

    private static Scenario IndependentReads(Func<ThreadScript, Location, Register> secondLoad, Action<ThreadScript> between)
    {
        var scenario = new Scenario("independent reads of independent writes");
        Location x = scenario.Words("x", 0);
        Location y = scenario.Words("y", 0);
        scenario.Thread("writer of x").Store("set", x, 1);
        scenario.Thread("writer of y").Store("set", y, 1);
        ThreadScript left = scenario.Thread("left");
        Register leftX = left.Load("first", x);
        between(left);
        Register leftY = secondLoad(left, y);
        ThreadScript right = scenario.Thread("right");
        Register rightY = right.Load("first", y);
        between(right);
        Register rightX = secondLoad(right, x);
        scenario.Forbid("two orders of the same writes", o => o[leftX] == 1 && o[leftY] == 0 && o[rightY] == 1 && o[rightX] == 0);
        return scenario;
    }

    private static Scenario WriteToReadCausality()
    {
        var scenario = new Scenario("write to read causality");
        Location x = scenario.Words("x", 0);
        Location y = scenario.Words("y", 0);
        scenario.Thread("writer").Store("set", x, 1);
        ThreadScript relay = scenario.Thread("relay");
        Register relayed = relay.Load("x", x);
        relay.Store("y", y, relayed);
        ThreadScript reader = scenario.Thread("reader");
        Register seenY = reader.Load("y", y);
        Register seenX = reader.Load("x", x + seenY.Value * 0);
        scenario.Forbid("effect without cause", o => o[seenY] == 1 && o[seenX] == 0);
        return scenario;
    }

    /// <summary>A store that waits for a branch still gives its value to a later load, so what depends on that load runs before the branch is decided.</summary>
    private static Scenario ForwardedUnderControl()
    {
        var scenario = new Scenario("forwarded under control");
        Location data = scenario.Words("data", 0);
        Location flag = scenario.Words("flag", 0);
        Location scratch = scenario.Words("scratch", 0);
        ThreadScript writer = scenario.Thread("writer");
        writer.Store("data", data, 1);
        writer.WriteBarrier();
        writer.Store("flag", flag, 1);
        ThreadScript reader = scenario.Thread("reader");
        Register seenFlag = reader.Load("flag", flag);
        reader.ExitIf("flag is down", seenFlag.Is(0));
        reader.Store("scratch", scratch, 1);
        Register forwarded = reader.Load("scratch", scratch);
        Register seenData = reader.Load("data", data + forwarded.Value * 0);
        scenario.Forbid("flag without data", o => o.Finished(reader) && o[seenData] == 0);
        return scenario;
    }

    private static Scenario ExchangeRace()
    {
        var scenario = new Scenario("exchange race");
        Location x = scenario.Words("x", 0);
        Register left = scenario.Thread("left").Exchange("take", x, 1);
        Register right = scenario.Thread("right").Exchange("take", x, 2);
        scenario.Forbid("both first", o => o[left] == 0 && o[right] == 0);
        return scenario;
    }

    private static Scenario CompareExchangeRace()
    {
        var scenario = new Scenario("compare-exchange race");
        Location x = scenario.Words("x", 0);
        Register left = scenario.Thread("left").CompareExchange("take", x, 1, 0);
        Register right = scenario.Thread("right").CompareExchange("take", x, 2, 0);
        scenario.Forbid("both won", o => o[left] == 0 && o[right] == 0);
        return scenario;
    }
}
