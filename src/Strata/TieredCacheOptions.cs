using System.Globalization;
using Strata.Backplane;
using Strata.Entries;
using Strata.Flights;
using Strata.Front;
using Strata.Payloads.Compression;
using Strata.Tiers;

namespace Strata;

/// <summary>The settings of a <see cref="TieredCache"/>, read and checked once when it is made. Those of its memory tier are inherited.</summary>
public sealed partial class TieredCacheOptions : MemoryTierOptions
{
    /// <summary>
    /// The tiers behind memory, fastest first. Default: none. Reads ask them in this order and bring what they find forward; writes and removals go to all. The cache does not dispose
    /// them. One with settings of its own comes by <see cref="AddTier"/>.
    /// </summary>
    public IList<ICacheTier> Tiers { get; } = [];

    /// <summary>How entries are kept, loaded and refreshed when a call names no policy. Default <c>null</c>: plainly, with <see cref="MemoryTierOptions.DefaultTtl"/>. One that refreshes or serves stale values needs a time to live, its own or that.</summary>
    public EntryPolicy? DefaultPolicy { get; set; }

    /// <summary>
    /// How many loads may run at a time; further ones wait for their turn, joined meanwhile as ever. A load that a factory starts inside another load does not wait. Default 0: as many as there are.
    /// </summary>
    public int MaxConcurrentLoads { get; set; }

    /// <summary>
    /// Keeps instances of immutable types beside their bytes, so that a hit returns one and allocates nothing: strings, sealed classes with <c>[ImmutableObject(true)]</c>, and values of
    /// <see cref="Payloads.PayloadSerializer.Immutable{T}(Payloads.IPayloadSerializer{T})"/>. An instance is served only while the entry in memory is the very one it was made of or read from. Default <c>null</c>: every hit makes its own.
    /// </summary>
    public ObjectFrontOptions? ObjectFront { get; set; }

    /// <summary>
    /// Compresses payloads in memory that are long enough and become short enough by it, unless their policy says no (<see cref="EntryPolicy.AllowsCompression"/>): more entries in the same memory, for the time that
    /// decompressing takes at each hit. Default <c>null</c>: payloads are kept as they are. Values that the object front shares are not compressed; tiers behind get them as they are.
    /// </summary>
    public CompressionOptions? Compression { get; set; }

    /// <summary>
    /// Tells other nodes what this cache writes, removes and invalidates, so that they drop their copies, and hears of it from them. Default <c>null</c>: copies of other nodes end with their times to live. A hit pays nothing for it.
    /// </summary>
    public BackplaneOptions? Backplane { get; set; }

    /// <summary>Where nodes ask whose turn it is to load a key, for policies with <see cref="EntryPolicy.ClusterLease"/>. Default <c>null</c>: each node loads for itself. The cache does not dispose it.</summary>
    public IFlightLeases? FlightLeases { get; set; }

    /// <summary>Checks the settings that are not the memory tier's.</summary>
    /// <exception cref="ArgumentException">One of them is outside its bounds, or two contradict each other.</exception>
    internal void Check()
    {
        CheckName();
        Backplane?.Check();
        if (MaxConcurrentLoads < 0)
            throw new ArgumentOutOfRangeException(nameof(MaxConcurrentLoads), MaxConcurrentLoads, $"{nameof(MaxConcurrentLoads)} is {MaxConcurrentLoads}; it is a number of loads, 0 for as many as there are.");
        if (DefaultTtl is { } ttl && DefaultPolicy?.Ttl is { } policyTtl)
            throw new ArgumentException($"{nameof(DefaultTtl)} ({ttl}) and {nameof(DefaultPolicy)}.{nameof(EntryPolicy.Ttl)} ({policyTtl}) contradict each other: give one of the two.", nameof(DefaultTtl));
        if (DefaultTtl is { } fixedTtl && DefaultPolicy?.AdaptiveTtl is { } adaptive)
            throw new ArgumentException($"{nameof(DefaultTtl)} ({fixedTtl}) and {nameof(DefaultPolicy)}.{nameof(EntryPolicy.AdaptiveTtl)} ({adaptive.Least} to {adaptive.Most}) contradict each other: give one of the two.", nameof(DefaultTtl));
        if (DefaultPolicy is { Ttl: null, AdaptiveTtl: null } policy && (DefaultTtl is null || DefaultTtl == Timeout.InfiniteTimeSpan))
        {
            ThrowIfGiven(policy.EagerRefresh, nameof(EntryPolicy.EagerRefresh));
            ThrowIfGiven(policy.ProbabilisticRefresh, nameof(EntryPolicy.ProbabilisticRefresh));
            ThrowIfGiven(policy.StaleGrace, nameof(EntryPolicy.StaleGrace));
        }
    }

    private void ThrowIfGiven(IFormattable? setting, string name)
    {
        if (setting is not null)
        {
            throw new ArgumentException($"{nameof(DefaultPolicy)}.{name} ({setting.ToString(null, CultureInfo.InvariantCulture)}) needs entries that expire, and {nameof(DefaultTtl)} is {(DefaultTtl is null ? "null" : "infinite")}: "
                + $"give {nameof(DefaultTtl)}, {nameof(DefaultPolicy)}.{nameof(EntryPolicy.Ttl)} or {nameof(DefaultPolicy)}.{nameof(EntryPolicy.AdaptiveTtl)}.", nameof(DefaultPolicy));
        }
    }
}
