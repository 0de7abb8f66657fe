using Strata.Engine.Hashing;
using Strata.Engine.Stripes;

namespace Strata.Engine;

/// <content>Operations on entries that a caller's test is asked about, in the critical section that changes them.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>The entries that a sweep removes under one lock.</summary>
    private const int SweepRemovals = 64;

    /// <summary>Removes the entry of a key if it matches.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="test">Whether the entry is meant; see <see cref="IEntryTest"/> for what it may do.</param>
    /// <returns>Whether there was a live entry that matched. One that does not stays.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public bool Remove<TTest>(ReadOnlySpan<byte> key, in TTest test)
        where TTest : IEntryTest, allows ref struct
    {
        CheckKey(key);
        ThrowIfDisposed();
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            bool isRemoved = StripeOf(hash).Remove(keyBytes, key.Length, hash, _clock.NowMs, in test);
            if (isRemoved && _miniatures is not null && _miniatures.Samples(hash))
                _miniatures.Remove(hash);
            _removals?.Signal();
            GC.KeepAlive(this);
            return isRemoved;
        }
    }

    /// <summary>
    /// Changes the times of an entry where it lies, counted from now, if it matches. Only times that the entry has can be changed: what was written without a soft time or
    /// without a time to live gets none here. A soft time ends no later than the time to live.
    /// </summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="test">Whether the entry is meant; see <see cref="IEntryTest"/> for what it may do.</param>
    /// <param name="softTtl">The time until it is stale; <c>null</c> leaves it, <see cref="Timeout.InfiniteTimeSpan"/> is as long as it lives.</param>
    /// <param name="ttl">The time to live; <c>null</c> leaves it, <see cref="Timeout.InfiniteTimeSpan"/> is for ever.</param>
    /// <returns><see cref="WriteOutcome.Stored"/>; <see cref="WriteOutcome.NotFound"/> when no live entry matches and has the times that were given.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time is not positive or too long, or the soft one longer than the time to live given with it.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public WriteOutcome Extend<TTest>(ReadOnlySpan<byte> key, in TTest test, TimeSpan? softTtl, TimeSpan? ttl)
        where TTest : IEntryTest, allows ref struct
    {
        CheckKey(key);
        long ttlMs = ttl is { } hard ? OptionsCheck.TtlMs(hard, nameof(ttl)) : 0;
        long softTtlMs = OptionsCheck.SoftTtlMs(softTtl, ttlMs);
        ThrowIfDisposed();
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            WriteOutcome outcome = StripeOf(hash).Extend(
                keyBytes, key.Length, hash, softTtl == Timeout.InfiniteTimeSpan ? long.MaxValue : softTtlMs, ttl == Timeout.InfiniteTimeSpan ? long.MaxValue : ttlMs, _clock.NowMs, in test);
            GC.KeepAlive(this);
            return outcome;
        }
    }

    /// <summary>Makes an entry stale at once, if it matches and was written with a soft time: plain reads answer <see cref="ReadOutcome.Stale"/>, until it is written or extended.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="test">Whether the entry is meant, and how long it may live on; see <see cref="IEntryTest"/> for what it may do.</param>
    /// <returns>Whether there was a live entry that matched and has a soft time.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public bool MakeStale<TTest>(ReadOnlySpan<byte> key, in TTest test)
        where TTest : IStaleTest, allows ref struct
    {
        CheckKey(key);
        ThrowIfDisposed();
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            bool isMade = StripeOf(hash).MakeStale(keyBytes, key.Length, hash, _clock.NowMs, in test);
            GC.KeepAlive(this);
            return isMade;
        }
    }

    /// <summary>Takes a step of a sweep that makes stale what matches and was written with a soft time; else like <see cref="SweepStep"/>.</summary>
    /// <param name="cursor">As there.</param>
    /// <param name="test">Whether an entry is meant; see <see cref="IEntryTest"/> for what it may do. Should it throw, the step can be taken again.</param>
    /// <param name="maxBuckets">As there.</param>
    /// <param name="madeStale">The entries that were made stale.</param>
    /// <returns>As there.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBuckets"/> is less than 1.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public bool SweepStaleStep<TTest>(ref SweepCursor cursor, in TTest test, int maxBuckets, out int madeStale)
        where TTest : IStaleTest, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBuckets, 1);
        ThrowIfDisposed();
        madeStale = 0;
        long nowMs = _clock.NowMs;
        for (int buckets = 0; buckets < maxBuckets && TryFindBucket(ref cursor); buckets++)
        {
            madeStale += _stripes[cursor.Stripe].SweepStale(cursor.Head, cursor.HeadCount, nowMs, in test);
            cursor.Head++;
        }

        bool hasMore = TryFindBucket(ref cursor);
        GC.KeepAlive(this);
        return hasMore;
    }

    /// <summary>
    /// Takes a step of a sweep: looks at the entries of a few buckets of the index and removes those that match. An entry that is there from the first step to the last is
    /// tested at least once, whatever happens to the store meanwhile; one that comes or goes may not be. Takes a stripe's lock for one bucket at a time.
    /// </summary>
    /// <param name="cursor">Where the sweep is: <c>default</c> before the first step. Not to be used by two threads at once.</param>
    /// <param name="test">Whether an entry goes; see <see cref="IEntryTest"/> for what it may do. Should it throw, entries that were removed before stay removed, and the step can be taken again.</param>
    /// <param name="maxBuckets">The buckets of this step, at least 1; each carries about six entries.</param>
    /// <param name="removed">The entries that were removed.</param>
    /// <returns>Whether there is more to sweep: false once every bucket was looked at.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBuckets"/> is less than 1.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public bool SweepStep<TTest>(ref SweepCursor cursor, in TTest test, int maxBuckets, out int removed)
        where TTest : IEntryTest, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBuckets, 1);
        ThrowIfDisposed();
        removed = 0;
        Span<ulong> watched = stackalloc ulong[SweepRemovals];
        long nowMs = _clock.NowMs;
        for (int buckets = 0; buckets < maxBuckets && TryFindBucket(ref cursor); buckets++)
        {
            bool isDone = false;
            while (!isDone)
            {
                isDone = _stripes[cursor.Stripe].Sweep(cursor.Head, cursor.HeadCount, nowMs, in test, watched, out int watchedCount, out int gone);
                removed += gone;
                foreach (ulong hash in watched[..watchedCount])
                    _miniatures?.Remove(hash);
            }

            cursor.Head++;
        }

        _removals?.Signal();
        bool hasMore = TryFindBucket(ref cursor);
        GC.KeepAlive(this);
        return hasMore;
    }

    // Puts the cursor on the next bucket that the sweep has not been through. A stripe that went over to other hashes since it was begun is begun anew: its entries are in other
    // buckets. False behind the last stripe.
    private bool TryFindBucket(ref SweepCursor cursor)
    {
        for (; cursor.Stripe < _stripes.Length; cursor = new SweepCursor { Stripe = cursor.Stripe + 1 })
        {
            (uint headCount, int rehashes) = _stripes[cursor.Stripe].Shape;
            if (cursor.HeadCount == 0 || cursor.Rehashes != rehashes)
                (cursor.Head, cursor.HeadCount, cursor.Rehashes) = (0, headCount, rehashes);
            if (cursor.Head < cursor.HeadCount)
                return true;
        }

        return false;
    }

    // Plain writes replace nothing that they should not.
    private readonly struct Nothing : IEntryTest
    {
        public bool Matches(in EntryView entry) => false;
    }
}
