namespace Strata.Engine.Eviction;

/// <summary>
/// What the rings ask a policy. Policies are structs, so that the questions are inlined; they see bytes and frequencies, never
/// records. Called under the stripe's lock.
/// </summary>
internal interface IEvictionPolicy
{
    /// <summary>Whether a key that is not in the store begins in the main ring.</summary>
    bool BeginsInMain(bool ghostRemembers, in RingBytes bytes);

    /// <summary>Whether room is made in the probation ring rather than in the main ring.</summary>
    bool EvictsProbation(in RingBytes bytes);

    /// <summary>What becomes of a record that the hand meets in the probation ring.</summary>
    /// <param name="frequency">Its hits since it was met last, 0 to 3.</param>
    /// <param name="weight">How much it has to earn: 1 for a record of mean size, see <see cref="SizeWeights"/>.</param>
    Verdict OnProbation(int frequency, int weight);

    /// <summary>What becomes of a record that the hand meets in the main ring.</summary>
    /// <param name="frequency">Its hits, 0 to 3, less what it has paid.</param>
    /// <param name="weight">How much it has to earn: 1 for a record of mean size, see <see cref="SizeWeights"/>.</param>
    Verdict OnMain(int frequency, int weight);
}
