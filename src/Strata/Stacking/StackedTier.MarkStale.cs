using Strata.Tiers;

namespace Strata.Stacking;

/// <content>Taking everything for outdated.</content>
internal sealed partial class StackedTier
{
    /// <summary>Marks what the tier has as stale. What is pending may be outdated as well, and what fails must not be forgotten: then the tier is cleared.</summary>
    public ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        if (_pending is null)
            return _inner.MarkStaleAsync(cancellationToken);
        if (!_pending.IsEmpty)
            return ClearAsync(cancellationToken);
        return PassAsync(0, static (inner, _, token) => inner.MarkStaleAsync(token), static (order, _) => order.Of(rule: null), Begin(0), cancellationToken);
    }
}
