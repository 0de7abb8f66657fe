using Strata.Tiers;

namespace Strata.Guards;

/// <content>Taking everything for outdated.</content>
public sealed partial class GuardedTier
{
    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> MarkStaleAsync(CancellationToken cancellationToken = default) =>
        WriteAsync(0, static (inner, _, call) => inner.MarkStaleAsync(call.Token), null, cancellationToken);
}
