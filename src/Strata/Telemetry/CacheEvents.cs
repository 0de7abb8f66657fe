using Strata.Backplane;
using Strata.Engine.Removals;
using Strata.Engine;
using Strata.Invalidation;

namespace Strata.Telemetry;

/// <summary>
/// Is told what a cache does: override what you want to know, and give an instance to <see cref="TieredCacheOptions.Events"/>. Nothing here is called for a plain hit, a plain miss or a plain write.
/// </summary>
/// <remarks>
/// <para><b>Threads.</b> Calls come from many threads at once, outside all locks: on the thread on which the thing happened, which waits meanwhile, so be quick; <see cref="Removed"/> on the thread pool, one call at a time.</para>
/// <para><b>Order.</b> <see cref="LoadFailed"/> comes before the callers who wait for the load hear of it, all else after; then <see cref="StaleServed"/> after the <see cref="LoadFailed"/> or
/// <see cref="LoadTimedOut"/> that made it so. <see cref="Removed"/> is in order for each key. Between keys, and between a removal and a load, there is no order.</para>
/// <para><b>Errors.</b> What a method throws is counted (<c>strata.cache.listener.failures</c>) and logged, and goes no further. A method may use the cache, but for the key whose load is about to fail.</para>
/// <para>Keys are valid during the call only.</para>
/// </remarks>
public abstract class CacheEvents
{
    /// <summary>
    /// Whether <see cref="Removed"/> is called. Default <c>true</c>. Read once, when the cache is made. Removals are queued with their keys and short values in a part of the memory, whatever their reason, a replaced value among
    /// them; who does not need them saves that.
    /// </summary>
    public virtual bool SeesRemovals => true;

    /// <summary>A factory made a value, or said that there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="elapsed">How long the factory took.</param>
    public virtual void Loaded(ReadOnlySpan<byte> key, TimeSpan elapsed)
    {
    }

    /// <summary>A factory renewed a value in the background.</summary>
    /// <param name="key">The key.</param>
    /// <param name="elapsed">How long the factory took.</param>
    public virtual void Refreshed(ReadOnlySpan<byte> key, TimeSpan elapsed)
    {
    }

    /// <summary>A load or a refresh ended with an exception. A load that was cancelled since all who waited for it had gone is among them.</summary>
    /// <param name="key">The key.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="isRefresh">Whether it was to renew a value that is served on.</param>
    public virtual void LoadFailed(ReadOnlySpan<byte> key, Exception exception, bool isRefresh)
    {
    }

    /// <summary>A load was given up at its hard deadline.</summary>
    /// <param name="key">The key.</param>
    /// <param name="deadline">The deadline.</param>
    public virtual void LoadTimedOut(ReadOnlySpan<byte> key, TimeSpan deadline)
    {
    }

    /// <summary>A call was answered with a stale value because its load failed or was late.</summary>
    /// <param name="key">The key.</param>
    public virtual void StaleServed(ReadOnlySpan<byte> key)
    {
    }

    /// <summary>"There is none" was kept for a key. Follows its <see cref="Loaded"/> or <see cref="Refreshed"/>.</summary>
    /// <param name="key">The key.</param>
    public virtual void NegativeStored(ReadOnlySpan<byte> key)
    {
    }

    /// <summary>An invalidation by tag, namespace, prefix or pattern is in force in memory. Its entries leave later, and are told then.</summary>
    /// <param name="rule">Which entries it means.</param>
    public virtual void Invalidated(InvalidationRule rule)
    {
    }

    /// <summary>Messages of other nodes were or may have been missed, so that all this node has was taken for outdated: entries within a stale grace stand in for loads that fail, all others are gone.</summary>
    /// <param name="reason">How that was noticed.</param>
    public virtual void Suspected(SuspicionReason reason)
    {
    }

    /// <summary>
    /// An entry left memory: evicted, expired, removed, replaced or cleared (see <see cref="RemovalReason"/>). What a slow listener leaves no room for is not told, but counted (<see cref="StoreStatistics.RemovalsDropped"/>).
    /// </summary>
    /// <param name="entry">What left, and why. Its spans are valid during the call only.</param>
    public virtual void Removed(in RemovedEntry entry)
    {
    }
}
