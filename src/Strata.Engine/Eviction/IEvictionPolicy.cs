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
    Verdict OnProbation(int frequency);

    /// <summary>What becomes of a record that the hand meets in the main ring.</summary>
    Verdict OnMain(int frequency);
}
