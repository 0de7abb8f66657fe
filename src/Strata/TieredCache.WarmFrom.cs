using System.Runtime.CompilerServices;
using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Invalidation;
using Strata.Payloads;
using Strata.Payloads.Compression;
using Strata.Stacking;
using Strata.Tiers;
using Strata.Warming;

namespace Strata;

/// <summary>Warm restart: filling memory from a tier that outlived the process.</summary>
public sealed partial class TieredCache
{
    private const int MaxWarmBatchBytes = 1 << 20;

    private static readonly byte[] s_everyTagBytes = TagIds.ToBytes(s_everyTag);

    /// <summary>
    /// Brings the entries that were written to a tier last to memory, the newest first, until memory is filled to a share or the tier has no more. The cache serves meanwhile: no call waits for it, and whatever is written, removed, invalidated or loaded
    /// meanwhile counts, not what the tier had of it before.
    /// </summary>
    /// <remarks>
    /// <para>An entry keeps the time to live that it has left. One that the tier answers as stale, as a file tier by default does what it recovered, becomes stale in memory: calls that load do so anew, and have it served when that fails or is late,
    /// for <see cref="EntryPolicy.StaleGrace"/>, or what the tier gives it if that is less; <c>TryGet</c> does not return it. Without a grace it is left out. Tiers do not tell the tags of their values: the invalidation of any tag removes what was brought here.</para>
    /// <para>Entries are read in batches as by <c>GetMany</c>, through guards, breakers and envelopes. It waits for the recovery of a file tier first. Progress is reported from the threads that read, at most ten times a second, and once at the
    /// end. Costs some hundred bytes of garbage an entry, and a buffer of one segment of a file tier.</para>
    /// </remarks>
    /// <param name="tier">One of <see cref="TieredCacheOptions.Tiers"/>, as it was given.</param>
    /// <param name="options">How much, and how; <c>null</c> takes the defaults.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Ends the warm-up.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tier"/> is <c>null</c>.</exception>
    /// <exception cref="ArgumentException">The tier is none of this cache's, or its settings or the policy leave out reading it or writing memory.</exception>
    /// <exception cref="NotSupportedException">The tier, or the one that it wraps, cannot list its entries (<see cref="ICacheTier.ListRecent"/>).</exception>
    /// <exception cref="ObjectDisposedException">The cache or the tier was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. What was brought to memory stays.</exception>
    public Task<WarmFromProgress> WarmFromAsync(ICacheTier tier, WarmFromOptions? options = null, IProgress<WarmFromProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tier);
        ThrowIfDisposed();
        options ??= new WarmFromOptions();
        StackedTier stacked = Array.Find(_tiers, stacked => ReferenceEquals(stacked.Given, tier))
            ?? throw new ArgumentException($"The tier '{tier.Name}' is none of this cache's; name one of {nameof(TieredCacheOptions)}.{nameof(TieredCacheOptions.Tiers)}, as it stands there.", nameof(tier));
        if (!Reads(stacked, options.Entry) || (PolicyOf(options.Entry).Access & (TierAccess.SkipTierRead | TierAccess.SkipMemoryWrite)) != 0)
            throw new ArgumentException($"The settings of the tier '{tier.Name}', or the policy of {nameof(WarmFromOptions)}.{nameof(WarmFromOptions.Entry)}, leave out reading the tier or writing memory.", nameof(options));
        IAsyncEnumerable<RecentEntry> entries = stacked.ListRecent()
            ?? throw new NotSupportedException($"The tier '{tier.Name}' cannot list its entries; see {nameof(ICacheTier)}.{nameof(ICacheTier.ListRecent)}.");
        return RunFromAsync(stacked, entries, options, new WarmFromRun(_time, progress), cancellationToken);
    }

    private async Task<WarmFromProgress> RunFromAsync(StackedTier tier, IAsyncEnumerable<RecentEntry> entries, WarmFromOptions options, WarmFromRun run, CancellationToken cancellationToken)
    {
        await Parallel.ForEachAsync(
            BatchesAsync(entries, options, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = options.MaxParallelism, CancellationToken = cancellationToken },
            async (batch, token) => run.Count(await CopyAsync(tier, batch, options.Entry, token).ConfigureAwait(false))).ConfigureAwait(false);
        return run.End();
    }

    /// <summary>Puts what is listed into batches, until there is enough.</summary>
    private async IAsyncEnumerable<List<byte[]>> BatchesAsync(IAsyncEnumerable<RecentEntry> entries, WarmFromOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long roomBytes = (long)(_memory.CapacityBytes * options.MemoryShare), listedBytes = 0, batchBytes = 0;
        long mostBytes = Math.Min(MaxWarmBatchBytes, roomBytes / 32);
        var batch = new List<byte[]>();
        await foreach (RecentEntry entry in entries.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (batch.Count == options.BatchKeys || (batch.Count > 0 && batchBytes + entry.Key.Length + entry.ValueBytes > mostBytes))
            {
                yield return batch;
                if (listedBytes >= roomBytes || _memory.GetStatistics().UsedBytes >= roomBytes)
                    yield break;
                batch = [];
                batchBytes = 0;
            }

            batch.Add(entry.Key.ToArray());
            batchBytes += entry.Key.Length + entry.ValueBytes;
            listedBytes += entry.Key.Length + entry.ValueBytes;
        }

        if (batch.Count > 0)
            yield return batch;
    }

    /// <summary>Copies entries of a tier to memory. Each is a flight like a load's while it is read, so that all who overtake loads overtake it; but it also gives way to them.</summary>
    private async ValueTask<WarmFromTally> CopyAsync(StackedTier tier, List<byte[]> keys, EntryOptions options, CancellationToken cancellationToken)
    {
        var tally = new WarmFromTally();
        var flights = new List<Flight>(keys.Count);
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            foreach (byte[] key in keys)
            {
                if (_memory.Has(key) || !_flights.TryStartCopy(key, s_everyTagBytes, out Flight? flight))
                {
                    tally.AlreadyThere++;
                    continue;
                }

                // Listed, then this, then the read: what changes from here on overtakes the flight, or is newer than its sequence.
                flight.Sequence = _memory.Sequence;
                flights.Add(flight);
            }

            if (flights.Count == 0)
                return tally;
            TierRead[] reads = await ReadManyAsync(tier, [.. flights.Select(static flight => new ReadOnlyMemory<byte>(flight.Key))], payload, isBlocking: false, cancellationToken).ConfigureAwait(false);
            int start = 0;
            for (int i = 0; i < reads.Length; i++)
            {
                Copy(flights[i], reads[i], payload.WrittenSpan.Slice(start, reads[i].ValueBytes), options, ref tally);
                start += reads[i].ValueBytes;
            }

            return tally;
        }
        finally
        {
            foreach (Flight flight in flights)
                _flights.Land(flight, FlightOutcome.Empty, default);
            payload.Return();
        }
    }

    private void Copy(Flight flight, TierRead read, ReadOnlySpan<byte> payload, in EntryOptions options, ref WarmFromTally tally)
    {
        bool isStale = read.Status == TierReadStatus.Stale;
        if (isStale && PolicyOf(options).StaleGrace is null)
        {
            tally.StaleSkipped++;
            return;
        }

        bool isOver = read.TimeToLive <= TimeSpan.Zero && read.TimeToLive != Timeout.InfiniteTimeSpan;
        WriteOutcome outcome = read.Status switch
        {
            TierReadStatus.Miss => WriteOutcome.NotFound,
            TierReadStatus.Throttled or TierReadStatus.Faulted => WriteOutcome.NoSpace,
            _ => isOver ? WriteOutcome.NotFound : Add(flight, payload, LifeLeft(read, options), isStale),
        };
        switch (outcome)
        {
            case WriteOutcome.Stored:
                tally.Fresh += isStale ? 0 : 1;
                tally.Stale += isStale ? 1 : 0;
                tally.Bytes += flight.Key.Length + payload.Length;
                break;
            case WriteOutcome.Exists:
                tally.AlreadyThere++;
                break;
            case WriteOutcome.NoSpace:
                tally.Failed++;
                break;
            default:
                tally.Gone++;
                break;
        }
    }

    /// <summary>Publishes a copy in memory, where there is nothing, unless it was overtaken.</summary>
    private WriteOutcome Add(Flight flight, ReadOnlySpan<byte> payload, in EntryOptions left, bool isStale)
    {
        if (payload.Length > _maxValueBytes)
            return WriteOutcome.NoSpace;
        Span<byte> notes = stackalloc byte[EntryNotes.MaxBytes];
        using KeptPayload kept = Compressed(payload, left, isShared: false);
        return _memory.Add(flight.Key, kept.Bytes, Compose(left, isNothing: false, loadMs: 0, flight.Sequence, flight.TagBytes, notes, kept.IsCompressed, isStale), flight.Fence);
    }
}
