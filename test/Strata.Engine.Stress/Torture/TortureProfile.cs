using Strata.Engine.Hashing;

namespace Strata.Engine.Stress.Torture;

/// <summary>A kind of store and of work that reaches edges the others do not.</summary>
internal sealed record TortureProfile(string Name, Func<long, ByteStoreOptions> StoreOptions, Func<TortureOptions, TortureOptions> Shape)
{
    public static IReadOnlyList<TortureProfile> All { get; } =
    [
        new("mixed", capacity => new ByteStoreOptions { CapacityBytes = capacity, PoisonRecycled = true }, options => options),
        new(
            "changing capacity",
            capacity => new ByteStoreOptions { CapacityBytes = capacity, MaxCapacityBytes = 2 * capacity, MaxValueBytes = capacity / 32 },
            options => options with { Keys = 50_000, OperationsPerResize = 5_000 }),
        new(
            "tiny slabs",
            _ => new ByteStoreOptions { CapacityBytes = ByteStoreOptions.MinCapacityBytes, SlabBytes = 8192, BackgroundMaintenance = false, PoisonRecycled = true },
            options => options with { Keys = 2_000 }),
        new(
            "growing index",
            capacity => new ByteStoreOptions { CapacityBytes = capacity, PoisonRecycled = true },
            options => options with { Keys = 100_000, HasSmallValuesOnly = true, OperationsPerClear = 2_000_000 }),
        new(
            "shrinking index",
            capacity => new ByteStoreOptions { CapacityBytes = capacity, MaxCapacityBytes = 2 * capacity, MaxValueBytes = capacity / 32, SlabBytes = 8192 },
            options => options with { Keys = 100_000, HasSmallValuesOnly = true, OperationsPerClear = 2_000_000, OperationsPerResize = 2_000 }),
        new(
            "every hash the same",
            _ => new ByteStoreOptions
            {
                CapacityBytes = ByteStoreOptions.MinCapacityBytes,
                StripeCount = 1,
                HashSecret = new HashSecret(new ulong[HashSecret.WordCount]),
                PoisonRecycled = true,
            },
            options => options with { Keys = 100 }),
    ];
}
