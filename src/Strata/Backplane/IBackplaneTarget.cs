using Strata.Invalidation;

namespace Strata.Backplane;

/// <summary>What a node applies the messages of others to: its cache. Each call is in force in memory when it returns.</summary>
internal interface IBackplaneTarget
{
    void Drop(ReadOnlySpan<byte> key);

    void Drop(InvalidationRule rule);

    void DropEverything();

    /// <summary>Treats everything as outdated.</summary>
    void SuspectEverything();

    /// <summary>Tells who watches why everything was dropped; <c>null</c> tells of a message that was ignored.</summary>
    void Tell(SuspicionReason? reason);
}
