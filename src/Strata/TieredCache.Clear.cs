using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Emptying the cache.</summary>
public sealed partial class TieredCache
{
    /// <summary>Removes every entry, from the tiers behind too. Loads that are under way are not kept.</summary>
    /// <remarks>Takes time in proportion to the memory in use. With tiers behind, blocks until all have answered. A tier that fails is counted, and may still have entries.</remarks>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void Clear()
    {
        ThrowIfDisposed();
        ClearEverywhereAsync(isBlocking: true, CancellationToken.None).Wait();
    }

    /// <summary>Removes every entry without blocking for the tiers behind; memory is done before the call returns.</summary>
    /// <param name="cancellationToken">Stops waiting; tiers behind that were not reached keep their entries.</param>
    /// <returns>A task that completes when every tier has answered.</returns>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public async ValueTask ClearAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        await ClearEverywhereAsync(isBlocking: false, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> ClearEverywhereAsync(bool isBlocking, CancellationToken cancellationToken)
    {
        Task pending = _flights.BeginClear();
        try
        {
            _memory.Clear();
            _front?.Clear();
            await TierCall.SettleAsync(pending, isBlocking, cancellationToken).ConfigureAwait(false);
            bool isDone = true;
            foreach (StackedTier tier in _tiers)
                isDone &= await ClearAsync(tier, isBlocking, cancellationToken).ConfigureAwait(false);
            return isDone;
        }
        finally
        {
            EndClear();
        }
    }
}
