using System.Buffers;
using Strata.Tiers;

namespace Strata.Stacking;

/// <content>Reads. What the tier may have an older state of is not asked for.</content>
internal sealed partial class StackedTier
{
    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) =>
        TryAnswer(key, destination, cancellationToken, out TierRead read) ? new(read) : Noted(_inner.GetAsync(key, destination, cancellationToken));

    /// <summary>Reads for a caller who can do without: it has a stale value.</summary>
    public ValueTask<TierRead> GetSoonAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken) =>
        TryAnswer(key, destination, cancellationToken, out TierRead read) ? new(read) : Noted(_inner.GetSoonAsync(key, destination, cancellationToken));

    public ValueTask GetManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TierBatch.ThrowIfTooShort(results.Length, keys.Length, "keys");
        bool isTrusted = _pending is null or { IsEmpty: true } && _guard is null or { AbandonedWrites.IsEmpty: true };
        return isTrusted ? _inner.GetManyAsync(keys, results, destination, cancellationToken) : GetTrustedAsync(keys, results, destination, cancellationToken);
    }

    /// <summary>Reads runs of trusted keys at once, and those between them one by one, so that the values are in the order of the keys.</summary>
    private async ValueTask GetTrustedAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken)
    {
        int start = 0;
        for (int i = 0; i <= keys.Length; i++)
        {
            if (i < keys.Length && IsTrusted(keys.Span[i].Span, out _))
                continue;
            if (i > start)
            {
                await _inner.GetManyAsync(keys[start..i], results[start..i], destination, cancellationToken).ConfigureAwait(false);
                Note(results.Span[start]);
            }

            if (i < keys.Length)
            {
                TierRead read = await GetAsync(keys.Span[i], destination, cancellationToken).ConfigureAwait(false);
                results.Span[i] = read;
            }

            start = i + 1;
        }
    }

    /// <summary>Answers a read in the tier's place, if that may have an older state of the key. A value that is pending is the last one of this process: of a tier that others write to, nobody knows which is the last.</summary>
    private bool TryAnswer(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken, out TierRead read)
    {
        read = TierRead.Nothing(TierReadStatus.Throttled);
        if (_pending is null)
            return false;
        ArgumentNullException.ThrowIfNull(destination);
        TierArguments.ThrowIfNotKey(key);
        if (cancellationToken.IsCancellationRequested || IsTrusted(key.Span, out PendingWrite? queued))
            return false;
        if (queued is null || (Traits & TierTraits.Shared) != 0)
            return true;
        TimeSpan left = TimeLeft(queued) ?? Timeout.InfiniteTimeSpan;
        if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
        {
            read = TierRead.Nothing(TierReadStatus.Miss);
            return true;
        }

        destination.Write(queued.Value);
        read = TierRead.Hit(queued.Value!.Length, left);
        return true;
    }

    /// <summary>A read that the tier answers while something is pending is a sign that it is there.</summary>
    private ValueTask<TierRead> Noted(ValueTask<TierRead> reading)
    {
        return _pending is null or { IsEmpty: true } ? reading : NoteAsync(reading);

        async ValueTask<TierRead> NoteAsync(ValueTask<TierRead> reading)
        {
            TierRead read = await reading.ConfigureAwait(false);
            Note(read);
            return read;
        }
    }

    private void Note(TierRead read)
    {
        if (IsAnswer(read))
            NoteAnswer();
    }

    private static bool IsAnswer(TierRead read) => read.Status is not (TierReadStatus.Throttled or TierReadStatus.Faulted);

    /// <summary>Whether what the tier has of a key is its last state, as far as this process knows, and stays so.</summary>
    private bool IsTrusted(ReadOnlySpan<byte> key, out PendingWrite? queued)
    {
        queued = null;
        return _pending is null || (_pending.IsTrusted(key, out queued) && _guard?.AbandonedWrites.Contains(key) != true);
    }
}
