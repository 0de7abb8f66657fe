using System.Buffers;
using Strata.Payloads;
using Strata.Payloads.Envelopes;

namespace Strata.Tiers;

/// <summary>Opening what the tier inside has.</summary>
public sealed partial class EnvelopedTier
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TierArguments.ThrowIfNotKey(key);
        PayloadBuffer buffer = PayloadBuffer.Rent();
        bool isPending = false;
        try
        {
            ValueTask<TierRead> reading = _inner.GetAsync(key, buffer, cancellationToken);
            isPending = !reading.IsCompletedSuccessfully;
            return isPending ? FinishAsync(reading, key, buffer, destination) : new(Open(key.Span, reading.Result, buffer.WrittenSpan, destination));
        }
        finally
        {
            if (!isPending)
                buffer.Return();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="keys"/>.</exception>
    public async ValueTask GetManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TierBatch.ThrowIfTooShort(results.Length, keys.Length, "keys");
        PayloadBuffer buffer = PayloadBuffer.Rent();
        try
        {
            await _inner.GetManyAsync(keys, results, buffer, cancellationToken).ConfigureAwait(false);
            ReadOnlySpan<byte> envelopes = buffer.WrittenSpan;
            for (int i = 0; i < keys.Length; i++)
            {
                TierRead read = results.Span[i];
                results.Span[i] = Open(keys.Span[i].Span, read, envelopes[..read.ValueBytes], destination);
                envelopes = envelopes[read.ValueBytes..];
            }
        }
        finally
        {
            buffer.Return();
        }
    }

    private async ValueTask<TierRead> FinishAsync(ValueTask<TierRead> reading, ReadOnlyMemory<byte> key, PayloadBuffer buffer, IBufferWriter<byte> destination)
    {
        try
        {
            TierRead read = await reading.ConfigureAwait(false);
            return Open(key.Span, read, buffer.WrittenSpan, destination);
        }
        finally
        {
            buffer.Return();
        }
    }

    private TierRead Open(ReadOnlySpan<byte> key, TierRead read, ReadOnlySpan<byte> envelope, IBufferWriter<byte> destination)
    {
        if (read.Status is not (TierReadStatus.Hit or TierReadStatus.Stale))
            return read;
        long nowMs = NowMs();
        EnvelopeRead outcome = _format.Read(key, envelope, nowMs, destination, out EnvelopeHeader header, out int valueBytes);
        if (outcome != EnvelopeRead.Ok)
        {
            Interlocked.Increment(ref _reads[(int)outcome]);
            return TierRead.Nothing(TierReadStatus.Miss);
        }

        _clock.Observe(header.Timestamp);
        long freshMs = header.FreshForMs(nowMs);
        // The tier inside keeps an entry for time to live and grace; its own clock may know better than ours how much of that is over.
        if (read.TimeToLive != Timeout.InfiniteTimeSpan)
            freshMs = Math.Min(freshMs, (long)Math.Ceiling(read.TimeToLive.TotalMilliseconds) - header.StaleGraceMs);
        if (freshMs <= 0)
            return new TierRead(TierReadStatus.Stale, valueBytes, TimeSpan.FromMilliseconds(Math.Max(1, freshMs + header.StaleGraceMs)));
        return new TierRead(read.Status, valueBytes, freshMs == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(freshMs));
    }
}
