using Strata.Engine.Hashing;

namespace Strata.Engine.Stress.Linear;

/// <summary>A kind of store, and whether it has room for all that is written to it.</summary>
internal sealed record LinearProfile(string Name, Func<ByteStoreOptions> StoreOptions, Func<LinearOptions, LinearOptions> Shape)
{
    public static IReadOnlyList<LinearProfile> All { get; } =
    [
        new("roomy", () => new ByteStoreOptions { CapacityBytes = 32 << 20, PoisonRecycled = true }, options => options),
        new(
            "roomy, one stripe, small slabs",
            () => new ByteStoreOptions { CapacityBytes = 32 << 20, StripeCount = 1, SlabBytes = 8192, PoisonRecycled = true },
            options => options),
        new(
            "roomy, every hash the same",
            () => new ByteStoreOptions { CapacityBytes = 8 << 20, StripeCount = 1, HashSecret = new HashSecret(new ulong[HashSecret.WordCount]), PoisonRecycled = true },
            options => options with { Fillers = 50 }),
        new(
            "crowded and short-lived",
            () => new ByteStoreOptions { CapacityBytes = ByteStoreOptions.MinCapacityBytes, SlabBytes = 8192, PoisonRecycled = true },
            options => options with { MayVanish = true, FillerBytes = 400 }),
    ];
}
