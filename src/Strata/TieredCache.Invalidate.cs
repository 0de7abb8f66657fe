using Strata.Invalidation;
using Strata.Keys;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Invalidation of many entries at once: by tag, namespace, prefix or pattern.</summary>
/// <remarks>
/// <para>Each is in force when the call returns, whatever the number of entries: no read that starts afterwards sees an entry that was there before, and no load that was under way is kept, also when its factory sets the tags
/// at its end. Memory is taken back in the background. A write that overlaps the call may come before or after it.</para>
/// <para>Until the background is through, reads hold each entry they find against what is pending. At most 1024 tags and 64 other rules are pending at once; one more waits, in its caller, until room is made.</para>
/// <para>With tiers behind, the plain calls block until all have answered, the asynchronous ones do not. A tier that cannot tell the entries meant from others is cleared instead; one that fails is counted, and may still have
/// them. Values that come from a tier behind without their tags are dropped from memory, and read from that tier again, when any tag is invalidated.</para>
/// </remarks>
public sealed partial class TieredCache
{
    /// <summary>Removes all entries of a tag.</summary>
    /// <param name="tag">The tag, 1 to 256 bytes of well-formed text.</param>
    /// <exception cref="ArgumentException">The tag is <c>null</c>, empty, too long or malformed. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void RemoveByTag(string tag) => Invalidate(InvalidationRule.OfAnyTag(tag));

    /// <summary>Removes all entries of a tag without blocking; memory is done before the call returns.</summary>
    /// <param name="tag">As for <see cref="RemoveByTag"/>.</param>
    /// <param name="cancellationToken">Stops waiting; tiers behind that were not reached keep their entries.</param>
    /// <exception cref="ArgumentException">As for <see cref="RemoveByTag"/>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask RemoveByTagAsync(string tag, CancellationToken cancellationToken = default) => InvalidateAsync(InvalidationRule.OfAnyTag(tag), cancellationToken);

    /// <summary>Removes all entries that have at least one of the tags.</summary>
    /// <param name="tags">1 to 64 tags, each as for <see cref="RemoveByTag"/>.</param>
    /// <exception cref="ArgumentException">There are none or too many, or one is not a tag; the message says which. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void RemoveByAnyTag(params ReadOnlySpan<string> tags) => Invalidate(InvalidationRule.OfAnyTag(tags));

    /// <summary>Removes all entries that have at least one of the tags, without blocking; memory is done before the call returns.</summary>
    /// <param name="tags">As for <see cref="RemoveByAnyTag"/>.</param>
    /// <param name="cancellationToken">As for <see cref="RemoveByTagAsync"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="RemoveByAnyTag"/>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask RemoveByAnyTagAsync(ReadOnlySpan<string> tags, CancellationToken cancellationToken = default) => InvalidateAsync(InvalidationRule.OfAnyTag(tags), cancellationToken);

    /// <summary>Removes all entries that have every one of the tags.</summary>
    /// <param name="tags">As for <see cref="RemoveByAnyTag"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="RemoveByAnyTag"/>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void RemoveByAllTags(params ReadOnlySpan<string> tags) => Invalidate(InvalidationRule.OfAllTags(tags));

    /// <summary>Removes all entries that have every one of the tags, without blocking; memory is done before the call returns.</summary>
    /// <param name="tags">As for <see cref="RemoveByAnyTag"/>.</param>
    /// <param name="cancellationToken">As for <see cref="RemoveByTagAsync"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="RemoveByAnyTag"/>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask RemoveByAllTagsAsync(ReadOnlySpan<string> tags, CancellationToken cancellationToken = default) => InvalidateAsync(InvalidationRule.OfAllTags(tags), cancellationToken);

    /// <summary>Removes all entries whose keys begin with a prefix.</summary>
    /// <param name="prefix">The prefix, 1 to 4096 bytes, in any form that a key can have.</param>
    /// <exception cref="ArgumentException">The prefix is empty, too long or malformed. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void RemoveByPrefix(in CacheKey prefix) => Invalidate(InvalidationRule.OfPrefix(prefix));

    /// <summary>Removes all entries whose keys begin with a prefix, without blocking; memory is done before the call returns.</summary>
    /// <param name="prefix">As for <see cref="RemoveByPrefix"/>.</param>
    /// <param name="cancellationToken">As for <see cref="RemoveByTagAsync"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="RemoveByPrefix"/>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask RemoveByPrefixAsync(in CacheKey prefix, CancellationToken cancellationToken = default) => InvalidateAsync(InvalidationRule.OfPrefix(prefix), cancellationToken);

    /// <summary>Removes all entries whose keys match a glob pattern, for example <c>workstations_*</c>.</summary>
    /// <param name="pattern">
    /// 1 to 256 bytes of UTF-8, to match the whole key: <c>*</c> stands for any text, also none; <c>?</c> for one character; a backslash takes the next character as it is.
    /// </param>
    /// <exception cref="ArgumentException">The pattern is empty, too long, malformed, or ends with a single backslash. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void RemoveByPattern(string pattern) => Invalidate(InvalidationRule.OfPattern(pattern));

    /// <summary>Removes all entries whose keys match a glob pattern, without blocking; memory is done before the call returns.</summary>
    /// <param name="pattern">As for <see cref="RemoveByPattern"/>.</param>
    /// <param name="cancellationToken">As for <see cref="RemoveByTagAsync"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="RemoveByPattern"/>.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask RemoveByPatternAsync(string pattern, CancellationToken cancellationToken = default) => InvalidateAsync(InvalidationRule.OfPattern(pattern), cancellationToken);

    /// <summary>Removes all entries of a namespace.</summary>
    /// <param name="of">The namespace.</param>
    /// <exception cref="ArgumentNullException">There is no namespace.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void Clear(CacheNamespace of)
    {
        ArgumentNullException.ThrowIfNull(of);
        Invalidate(InvalidationRule.OfPrefix(of.Prefix));
    }

    /// <summary>Removes all entries of a namespace without blocking; memory is done before the call returns.</summary>
    /// <param name="of">The namespace.</param>
    /// <param name="cancellationToken">As for <see cref="RemoveByTagAsync"/>.</param>
    /// <exception cref="ArgumentNullException">There is no namespace.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask ClearAsync(CacheNamespace of, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(of);
        return InvalidateAsync(InvalidationRule.OfPrefix(of.Prefix), cancellationToken);
    }

    /// <summary>
    /// Takes back the memory of expired and of invalidated entries. For caches without <see cref="MemoryTierOptions.BackgroundMaintenance"/>, which tests make; with it, this is done anyway.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public void Maintain()
    {
        ThrowIfDisposed();
        _memory.Maintain();
    }

    private void Invalidate(InvalidationRule rule)
    {
        ThrowIfDisposed();
        if (_tiers.Length == 0)
            InvalidateMemory(rule);
        else
            InvalidateEverywhereAsync(rule, isBlocking: true, CancellationToken.None).Wait();
    }

    private ValueTask InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken)
    {
        ThrowIfDisposed();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        if (_tiers.Length != 0)
            return InvalidateWithoutBlockingAsync(rule, cancellationToken);
        InvalidateMemory(rule);
        return ValueTask.CompletedTask;
    }

    private void InvalidateMemory(InvalidationRule rule)
    {
        // Flights first: once the rule is in force a sweep may pass, and what a flight published behind it would stay. And again: a flight that came in between may have read what the rule means.
        _flights.Invalidate(rule);
        _memory.Invalidate(rule);
        _flights.Invalidate(rule);
        _telemetry.Invalidated(rule);
        _backplane?.Publish(rule);
    }

    private async ValueTask InvalidateWithoutBlockingAsync(InvalidationRule rule, CancellationToken cancellationToken) =>
        await InvalidateEverywhereAsync(rule, isBlocking: false, cancellationToken).ConfigureAwait(false);

    private async ValueTask<bool> InvalidateEverywhereAsync(InvalidationRule rule, bool isBlocking, CancellationToken cancellationToken)
    {
        Task pending = _flights.BeginInvalidation(rule);
        try
        {
            _memory.Invalidate(rule);
            _telemetry.Invalidated(rule);
            await TierCall.SettleAsync(pending, isBlocking, cancellationToken).ConfigureAwait(false);
            bool isDone = true;
            foreach (StackedTier tier in _tiers)
                isDone &= await InvalidateAsync(tier, rule, isBlocking, cancellationToken).ConfigureAwait(false);
            return isDone;
        }
        finally
        {
            EndInvalidation(rule);
        }
    }

    private async ValueTask<bool> InvalidateAsync(ICacheTier tier, InvalidationRule rule, bool isBlocking, CancellationToken cancellationToken)
    {
        try
        {
            return Took(await TierCall.SettleAsync(tier.InvalidateAsync(rule, cancellationToken), isBlocking).ConfigureAwait(false));
        }
        catch (Exception exception) when (!IsCancellation(exception, cancellationToken))
        {
            _counters.CountTierFault();
            return false;
        }
    }
}
