using Strata.Backplane;
using Strata.Flights;
using Strata.Invalidation;
using Strata.Keys;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Other nodes: what this one changes is published to them, and what they change is dropped here. Page: <c>Backplane/DESIGN.md</c>.</summary>
public sealed partial class TieredCache
{
    private readonly BackplaneNode? _backplane;
    private readonly OwnTiers? _ownTiers;

    /// <summary>Takes a snapshot of what was sent to and heard of other nodes.</summary>
    /// <returns><c>null</c> when the cache has no <see cref="TieredCacheOptions.Backplane"/>.</returns>
    public BackplaneStatistics? GetBackplaneStatistics() => _backplane?.GetStatistics();

    /// <summary>Signs a writer of a key off and publishes the change. The tiers behind have it by now: who drops its copy and reads them sees it.</summary>
    private void EndWrite(ReadOnlySpan<byte> key, uint fingerprint)
    {
        _flights.EndWrite(key, fingerprint);
        _backplane?.Publish(key);
    }

    private void EndInvalidation(InvalidationRule rule)
    {
        _flights.EndInvalidation(rule);
        _backplane?.Publish(rule);
    }

    private void EndClear()
    {
        _flights.EndClear();
        _backplane?.PublishEverything();
    }

    /// <summary>Whether a flight must not ask a tier: what another node has changed may still wait to be taken out of the tiers that only this node has.</summary>
    private bool IsPassedOver(ICacheTier tier, Flight flight) => _ownTiers is not null && (flight.IsOvertaken || flight.IsInDoubt) && (tier.Traits & TierTraits.Shared) == 0;

    /// <summary>Applies what other nodes have changed: as their writers would here, but for the tiers that they have written already.</summary>
    private sealed class NodeTarget(TieredCache cache) : IBackplaneTarget
    {
        public void Drop(ReadOnlySpan<byte> key)
        {
            uint fingerprint = KeyFingerprint.Compute(key);
            Task? pending = cache._flights.BeginWrite(key, fingerprint);
            try
            {
                cache._memory.Remove(key);
            }
            finally
            {
                if (cache._ownTiers is { } tiers)
                    tiers.Add(new(key.ToArray(), null, pending ?? Task.CompletedTask));
                else
                    cache._flights.EndWrite(key, fingerprint);
            }
        }

        public void Drop(InvalidationRule rule)
        {
            Task pending = cache._flights.BeginInvalidation(rule);
            try
            {
                cache._memory.Invalidate(rule);
                cache._telemetry.Invalidated(rule);
                foreach (StackedTier tier in cache._tiers)
                    tier.NoteInvalidation(rule);
            }
            finally
            {
                if (cache._ownTiers is { } tiers)
                    tiers.Add(new(null, rule, pending));
                else
                    cache._flights.EndInvalidation(rule);
            }
        }

        public void DropEverything() => Drop(InvalidationRule.Everything);

        public void SuspectEverything() => Drop(InvalidationRule.Suspicion);

        public void Tell(SuspicionReason? reason)
        {
            if (reason is { } suspicion)
                cache._telemetry.Suspected(suspicion);
            else
                cache._telemetry.MessageRejected();
        }
    }
}
