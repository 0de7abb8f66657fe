namespace Strata.Engine.Insight;

/// <summary>How closely <see cref="ByteStore.GetInsight"/> looks.</summary>
public sealed class InsightOptions
{
    /// <summary>
    /// The entries to look at, spread evenly over the store. Default 16,384; at least 1. As many as the store has or more make the numbers exact while nothing changes. Each costs about two reads
    /// that miss the caches, and 64 at a time the lock of their stripe.
    /// </summary>
    public int SampledEntries { get; set; } = 16_384;

    /// <summary>The length of the lists of keys. Default 16; 0 to 256.</summary>
    public int TopKeys { get; set; } = 16;
}
