namespace Strata.Engine.Eviction;

/// <summary>The policy of a stripe: the mode that leads the store's duel, or plain S3-FIFO in a store that has none. Used under the stripe's lock.</summary>
internal struct AdaptivePolicy(ModeDuel? duel) : IEvictionPolicy
{
    private readonly S3FifoPolicy _plain = default;
    private RingMode _mode = ModeDuel.First;

    /// <summary>Takes up the mode that leads now.</summary>
    public void Refresh()
    {
        if (duel is not null)
            _mode = duel.Leader;
    }

    public readonly bool BeginsInMain(bool ghostRemembers, in RingBytes bytes) =>
        duel is null ? _plain.BeginsInMain(ghostRemembers, in bytes) : _mode.BeginsInMain(ghostRemembers, in bytes);

    public readonly bool EvictsProbation(in RingBytes bytes) =>
        duel is null ? _plain.EvictsProbation(in bytes) : _mode.EvictsProbation(in bytes);

    public readonly Verdict OnProbation(int frequency, int weight) =>
        duel is null ? _plain.OnProbation(frequency) : _mode.OnProbation(frequency, weight);

    public readonly Verdict OnMain(int frequency, int weight) =>
        duel is null ? _plain.OnMain(frequency) : _mode.OnMain(frequency, weight);
}
