using Strata.Keys;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Removals.</summary>
public sealed partial class TieredCache
{
    /// <summary>Removes an entry. A load of this key that is under way will not bring it back: its callers get its value, the cache does not keep it.</summary>
    /// <param name="key">The key.</param>
    /// <returns>Whether there was an entry, in memory or in a tier behind.</returns>
    /// <remarks>With tiers behind, blocks until all have answered. A tier that fails is counted, and may still have the entry.</remarks>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool Remove(in CacheKey key)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return Remove(lease.Bytes);
    }

    /// <summary>Removes an entry without blocking; memory is done before the call returns.</summary>
    /// <param name="key">The key.</param>
    /// <param name="cancellationToken">Stops waiting; tiers behind that were not reached keep the entry.</param>
    /// <returns>Whether there was an entry, in memory or in a tier behind.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<bool> RemoveAsync(in CacheKey key, CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(cancellationToken);
        return _tiers.Length == 0 ? new(RemoveMemory(lease.Bytes)) : RemoveEverywhereAsync(lease.Bytes.ToArray(), isBlocking: false, cancellationToken);
    }

    private bool RemoveMemory(ReadOnlySpan<byte> key)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        _flights.BeginWrite(key, fingerprint);
        try
        {
            return _memory.Remove(key);
        }
        finally
        {
            EndWrite(key, fingerprint);
        }
    }

    private async ValueTask<bool> RemoveEverywhereAsync(byte[] key, bool isBlocking, CancellationToken cancellationToken)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        Task? pending = _flights.BeginWrite(key, fingerprint);
        try
        {
            bool wasThere = _memory.Remove(key);
            if (pending is not null)
                await TierCall.SettleAsync(pending, isBlocking, cancellationToken).ConfigureAwait(false);
            foreach (StackedTier tier in _tiers)
                wasThere |= await RemoveAsync(tier, key, isBlocking, cancellationToken).ConfigureAwait(false);
            return wasThere;
        }
        finally
        {
            EndWrite(key, fingerprint);
        }
    }
}
