using Strata.Invalidation;
using Strata.Keys;
using Strata.Tiers;

namespace Strata;

/// <content>Tiers behind memory that no other node writes.</content>
public sealed partial class TieredCache
{
    /// <summary>Takes what other nodes have changed out of the tiers that only this one has, one change after the other, and keeps their writers announced until then.</summary>
    private sealed class OwnTiers(TieredCache cache, ICacheTier[] tiers)
    {
        /// <summary>The most changes that wait. With more, everything is dropped in their place.</summary>
        private const int MaxWaiting = 4096;

        private readonly Lock _gate = new();
        private readonly Queue<ReceivedChange> _waiting = new();
        private bool _isEverythingWaiting;
        private bool _isSuspicionWaiting;
        private bool _isRunning;

        /// <param name="change">The change, whose writer is announced.</param>
        public void Add(ReceivedChange change)
        {
            if (TryEnqueue(change))
                return;
            if (ReferenceEquals(change.Rule, InvalidationRule.Suspicion))
            {
                SignOff(change);
                return;
            }

            // Announced before the change itself is signed off: no flight finds neither.
            Task pending = cache._flights.BeginInvalidation(InvalidationRule.Everything);
            var everything = new ReceivedChange(null, InvalidationRule.Everything, pending);
            if (!TryEnqueue(everything))
                SignOff(everything);
            SignOff(change);
        }

        /// <returns><c>false</c> when there is no room, or the same or more waits already: that stands for all that comes before it begins.</returns>
        private bool TryEnqueue(ReceivedChange change)
        {
            bool isEverything = ReferenceEquals(change.Rule, InvalidationRule.Everything), isSuspicion = ReferenceEquals(change.Rule, InvalidationRule.Suspicion);
            lock (_gate)
            {
                if (isEverything ? _isEverythingWaiting : isSuspicion ? _isEverythingWaiting || _isSuspicionWaiting : _waiting.Count >= MaxWaiting)
                    return false;
                _waiting.Enqueue(change);
                _isEverythingWaiting |= isEverything;
                _isSuspicionWaiting |= isSuspicion;
                if (_isRunning)
                    return true;
                _isRunning = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(static own => _ = own.RunAsync(), this, preferLocal: false);
            return true;
        }

        private async Task RunAsync()
        {
            while (true)
            {
                ReceivedChange change;
                lock (_gate)
                {
                    if (!_waiting.TryDequeue(out change))
                    {
                        _isRunning = false;
                        return;
                    }

                    _isEverythingWaiting &= !ReferenceEquals(change.Rule, InvalidationRule.Everything);
                    _isSuspicionWaiting &= !ReferenceEquals(change.Rule, InvalidationRule.Suspicion);
                }

                try
                {
                    await change.Pending.ConfigureAwait(false);
                    foreach (ICacheTier tier in tiers)
                        await ApplyAsync(tier, change).ConfigureAwait(false);
                }
                finally
                {
                    SignOff(change);
                }
            }
        }

        private ValueTask<bool> ApplyAsync(ICacheTier tier, ReceivedChange change) =>
            change.Key is { } key ? cache.RemoveAsync(tier, key, isBlocking: false, CancellationToken.None)
            : ReferenceEquals(change.Rule, InvalidationRule.Everything) ? cache.ClearAsync(tier, isBlocking: false, CancellationToken.None)
            : ReferenceEquals(change.Rule, InvalidationRule.Suspicion) ? cache.MarkStaleAsync(tier)
            : cache.InvalidateAsync(tier, change.Rule!, isBlocking: false, CancellationToken.None);

        private void SignOff(ReceivedChange change)
        {
            if (change.Key is { } key)
                cache._flights.EndWrite(key, KeyFingerprint.Compute(key));
            else
                cache._flights.EndInvalidation(change.Rule!);
        }
    }

    /// <summary>A change of another node: a key, or a rule.</summary>
    /// <param name="Key">The key; <c>null</c> for a rule.</param>
    /// <param name="Rule">The rule; <c>null</c> for a key.</param>
    /// <param name="Pending">What flights are in the middle of writing, and must be waited for.</param>
    private readonly record struct ReceivedChange(byte[]? Key, InvalidationRule? Rule, Task Pending);
}
