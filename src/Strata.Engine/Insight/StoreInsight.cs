namespace Strata.Engine.Insight;

/// <summary>What a look at a sample of a store's entries shows. Nothing in it changes any more.</summary>
public sealed class StoreInsight
{
    internal StoreInsight()
    {
    }

    /// <summary>The entries in the store.</summary>
    public required long EntryCount { get; init; }

    /// <summary>The entries that were looked at.</summary>
    public required int SampledEntries { get; init; }

    /// <summary>
    /// The keys in the store that were read most of late, the hottest first: from samples of the hits that are taken twenty times a second, 64 of each thread, with
    /// <see cref="ByteStore.Maintain"/>. A key with less than one in some two hundred of the hits may be missing.
    /// </summary>
    public required IReadOnlyList<KeyInsight> HottestKeys { get; init; }

    /// <summary>The keys with the longest values of those looked at, the longest first.</summary>
    public required IReadOnlyList<KeyInsight> LargestKeys { get; init; }

    /// <summary>The entries by their frequency as eviction sees it, 0 to 3: the hits, less what the passing hand took off.</summary>
    public required IReadOnlyList<EntryClass> Frequencies { get; init; }

    /// <summary>The entries by the age of their slab: the time since they were written, or last carried on by the hand, and up to the time that the slab took to fill.</summary>
    public required IReadOnlyList<TimeClass> Ages { get; init; }

    /// <summary>The entries with a time to live by what is left of it. The first class, below zero, has expired and is not reclaimed yet.</summary>
    public required IReadOnlyList<TimeClass> TimesToLive { get; init; }

    /// <summary>The entries that do not expire.</summary>
    public required EntryClass NotExpiring { get; init; }

    /// <summary>Hit ratios at other capacities; null without <see cref="ByteStoreOptions.EstimatesHitRatios"/>, and before the first read.</summary>
    public required HitRatioEstimate? HitRatios { get; init; }
}
