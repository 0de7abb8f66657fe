using System.Buffers;
using Strata.Entries;
using Strata.Payloads;
using Strata.Payloads.Envelopes;

namespace Strata.Tiers;

/// <summary>Sealing what the tier inside gets.</summary>
public sealed partial class EnvelopedTier
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierWriteStatus> SetAsync(ReadOnlyMemory<byte> key, ReadOnlySequence<byte> value, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        TierArguments.ThrowIfNotKey(key);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierWriteStatus>(cancellationToken);
        if (value.Length > EnvelopeFormat.MaxPayloadBytes)
            return RefuseAsync(key, cancellationToken);
        PayloadBuffer buffer = PayloadBuffer.Rent();
        bool isPending = false;
        try
        {
            EntryOptions kept = Seal(key.Span, value, options, buffer);
            ValueTask<TierWriteStatus> writing = _inner.SetAsync(key, buffer.WrittenSequence, kept, cancellationToken);
            isPending = !writing.IsCompletedSuccessfully;
            return isPending ? FinishAsync(writing, buffer) : writing;
        }
        finally
        {
            if (!isPending)
                buffer.Return();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="entries"/>.</exception>
    public async ValueTask SetManyAsync(ReadOnlyMemory<TierEntry> entries, Memory<TierWriteStatus> results, CancellationToken cancellationToken = default)
    {
        TierBatch.ThrowIfTooShort(results.Length, entries.Length, "entries");
        cancellationToken.ThrowIfCancellationRequested();
        PayloadBuffer buffer = PayloadBuffer.Rent();
        try
        {
            var sealedEntries = new TierEntry[entries.Length];
            var ends = new int[entries.Length];
            long payloadBytes = 0;
            for (int i = 0; i < entries.Length; i++)
            {
                TierEntry entry = entries.Span[i];
                TierArguments.ThrowIfNotKey(entry.Key);
                payloadBytes += entry.Value.Length;
                if (payloadBytes > EnvelopeFormat.MaxPayloadBytes / 2)
                {
                    // More than one buffer should hold.
                    await TierBatch.SetOneByOneAsync(this, entries, results, cancellationToken).ConfigureAwait(false);
                    return;
                }

                sealedEntries[i] = entry with { Options = Seal(entry.Key.Span, entry.Value, entry.Options, buffer) };
                ends[i] = buffer.LengthBytes;
            }

            // The buffer moves while it grows, so the slices are taken at the end.
            ReadOnlySequence<byte> envelopes = buffer.WrittenSequence;
            for (int i = 0, start = 0; i < ends.Length; start = ends[i++])
                sealedEntries[i] = sealedEntries[i] with { Value = envelopes.Slice(start, ends[i] - start) };
            await _inner.SetManyAsync(sealedEntries, results, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <returns>How the tier inside is to keep the envelope: until the grace is over.</returns>
    private EntryOptions Seal(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, in EntryOptions options, PayloadBuffer buffer)
    {
        TimeSpan? ttl = options.Ttl ?? options.Policy?.Ttl;
        bool expires = ttl is { } given && given != Timeout.InfiniteTimeSpan;
        // What does not expire has no grace; of the default of the tier inside we know nothing.
        TimeSpan grace = expires ? options.Policy?.StaleGrace ?? TimeSpan.Zero : TimeSpan.Zero;
        _format.Write(
            key,
            new EnvelopeHeader { Timestamp = options.Timestamp != 0 ? options.Timestamp : _clock.Next(), CreatedMs = NowMs(), TtlMs = expires ? ToMs(ttl!.Value) : 0, StaleGraceMs = ToMs(grace), Tags = options.Tags },
            value,
            buffer,
            options.Policy?.AllowsCompression ?? true);
        TimeSpan? kept = expires ? TimeSpan.FromTicks(Math.Min(ttl!.Value.Ticks + grace.Ticks, EntryOptions.MaxTtl.Ticks)) : ttl;
        return new EntryOptions { Ttl = kept, Tags = options.Tags, Timestamp = options.Timestamp };
    }

    private async ValueTask<TierWriteStatus> RefuseAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        // A refused write leaves no value behind that the writer meant to replace.
        TierWriteStatus removed = await _inner.RemoveAsync(key, cancellationToken).ConfigureAwait(false);
        return removed is TierWriteStatus.Done or TierWriteStatus.NotFound ? TierWriteStatus.Refused : removed;
    }

    private static async ValueTask<TierWriteStatus> FinishAsync(ValueTask<TierWriteStatus> writing, PayloadBuffer buffer)
    {
        try
        {
            return await writing.ConfigureAwait(false);
        }
        finally
        {
            buffer.Return();
        }
    }

    private static long ToMs(TimeSpan time) => (long)Math.Ceiling(time.TotalMilliseconds);
}
