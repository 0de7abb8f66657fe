using System.Globalization;
using Strata.Engine.Hashing;
using Strata.Engine.Removals;
using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Soak;

/// <summary>One round of the soak: a store and the work on it, drawn from a seed. A new option of either is drawn here.</summary>
internal sealed record SoakPlan(int Seed, ByteStoreOptions Store, TortureOptions Work)
{
    private const int SmallestSlabBytes = StoreLayout.MinSlabBytes;

    /// <summary>With fewer slabs to a stripe hardly anything but its reserve has room.</summary>
    private const int FewestSlabs = 16;

    private const int MostKeys = 100_000;

    // What a listener was told is read, so that it has to be there.
    private static long s_toldBytes;

    /// <summary>About what an entry of the torture takes.</summary>
    private const int EntryBytes = 600;

    /// <summary>Draws a round.</summary>
    /// <param name="seed">The same seed gives the same plan.</param>
    /// <param name="maxThreads">The most threads that work at once.</param>
    /// <param name="maxCapacityBytes">The largest capacity.</param>
    /// <param name="time">How long the threads work.</param>
    public static SoakPlan Draw(int seed, int maxThreads, long maxCapacityBytes, TimeSpan time)
    {
        var random = new Random(Seeds.Mix(seed));
        long capacity = Between(random, ByteStoreOptions.MinCapacityBytes, maxCapacityBytes);
        int stripes = random.Next(2) == 0 ? 0 : 1 << random.Next(0, 4);
        long longestSlab = capacity / Math.Max(1, stripes) / FewestSlabs;
        if (longestSlab < SmallestSlabBytes)
            stripes = 1;
        // All keys in one chain: each operation walks it.
        bool collides = random.Next(12) == 0;
        bool resizes = random.Next(3) == 0;
        var store = new ByteStoreOptions
        {
            CapacityBytes = capacity,
            MaxCapacityBytes = resizes ? 2 * capacity : 0,
            StripeCount = collides ? 1 : stripes,
            SlabBytes = stripes == 0 || random.Next(2) == 0 ? 0 : PowerBetween(random, SmallestSlabBytes, Math.Min(longestSlab, StoreLayout.MaxSlabBytes)),
            // A bound that holds for the smallest capacity too.
            MaxValueBytes = resizes ? Between(random, 1 << 10, capacity / 32) : random.Next(2) == 0 ? 0 : Between(random, 1 << 10, capacity / 4),
            DefaultTtl = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(Between(random, 5, 60_000)) : null,
            BackgroundMaintenance = random.Next(2) == 0,
            HashSecret = collides ? new HashSecret(new ulong[HashSecret.WordCount]) : null,
            PoisonRecycled = random.Next(2) == 0,
            Favor = random.Next(2) == 0 ? EvictionGoal.ObjectHits : EvictionGoal.ByteHits,
            EstimatesHitRatios = random.Next(3) == 0,
            RemovalListener = random.Next(3) == 0 ? (in RemovedEntry entry) => Interlocked.Add(ref s_toldBytes, entry.Key.Length + entry.Value.Length) : null,
        };
        int laps = random.Next(1, 4);
        var work = new TortureOptions
        {
            Seed = seed,
            Threads = random.Next(1, maxThreads + 1),
            Laps = laps,
            Lap = time / laps,
            // Some have room for all of them many times over, some for few.
            Keys = (int)Math.Clamp(Between(random, capacity / 20, capacity * 8) / EntryBytes, 20, collides ? 200 : MostKeys),
            HasSmallValuesOnly = random.Next(3) == 0,
            MaxValueBytes = (int)Between(random, 4 << 10, Math.Min(capacity / 4, 8 << 20)),
            MaxMortalMs = (int)Between(random, 1, 2_000),
            OperationsPerClear = (int)Between(random, 2_000, 5_000_000),
            OperationsPerResize = resizes ? (int)Between(random, 500, 20_000) : 0,
        };
        return new SoakPlan(seed, store, work);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {Seed}: {Store.CapacityBytes} bytes, slabs {Store.SlabBytes}, stripes {Store.StripeCount}{(Store.HashSecret is null ? "" : ", one hash")}, values to {Math.Min(Store.MaxValueBytes == 0 ? long.MaxValue : Store.MaxValueBytes, Work.MaxValueBytes)}{(Work.HasSmallValuesOnly ? " but small" : "")}, "
        + $"lives of {Store.DefaultTtl?.TotalMilliseconds ?? 0} and to {Work.MaxMortalMs} ms, {(Store.BackgroundMaintenance ? "timer" : "no timer")}, {(Store.PoisonRecycled ? "poison" : "no poison")}, favours {Store.Favor}{(Store.EstimatesHitRatios ? ", estimates" : "")}{(Store.RemovalListener is null ? "" : ", listener")}, "
        + $"{Work.Threads} threads, {Work.Keys} keys, a clear in {Work.OperationsPerClear}{(Work.OperationsPerResize == 0 ? "" : $", a resize in {Work.OperationsPerResize}")}");

    // Small and large alike: the logarithm is uniform.
    private static long Between(Random random, long least, long most) => (long)(least * Math.Pow((double)most / least, random.NextDouble()));

    private static int PowerBetween(Random random, long least, long most) =>
        1 << random.Next(System.Numerics.BitOperations.Log2((ulong)least), System.Numerics.BitOperations.Log2((ulong)most) + 1);
}
