using System.Buffers;
using System.Runtime.CompilerServices;
using Strata.Tiers;

namespace Strata.Guards;

/// <content>Reads.</content>
public sealed partial class GuardedTier
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes.</exception>
    public ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken = default) =>
        GetAsync(key, destination, _options.ReadDeadline, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="results"/> is shorter than <paramref name="keys"/>.</exception>
    public ValueTask GetManyAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TierBatch.ThrowIfTooShort(results.Length, keys.Length, "keys");
        byte[][] own = CopyKeys(keys);
        cancellationToken.ThrowIfCancellationRequested();
        if (TryEnter(out BreakerPermit permit))
            return FinishManyAsync(own, results, destination, permit, cancellationToken);
        results.Span[..keys.Length].Fill(TierRead.Nothing(TierReadStatus.Throttled));
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads for a caller who can do without: it has a stale value.</summary>
    internal ValueTask<TierRead> GetSoonAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, CancellationToken cancellationToken) =>
        GetAsync(key, destination, _options.SoftReadDeadline < _options.ReadDeadline ? _options.SoftReadDeadline : _options.ReadDeadline, cancellationToken);

    private ValueTask<TierRead> GetAsync(ReadOnlyMemory<byte> key, IBufferWriter<byte> destination, TimeSpan deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        TierArguments.ThrowIfNotKey(key);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TierRead>(cancellationToken);
        if (!TryEnter(out BreakerPermit permit))
            return new(TierRead.Nothing(TierReadStatus.Throttled));
        GuardedCall call = GuardedCall.Rent(cancellationToken);
        ValueTask<TierRead> reading = Start(_inner, key, call, static (inner, key, call) => inner.GetAsync(call.Copy(key), call.Buffer, call.Token));
        return reading.IsCompletedSuccessfully ? new(Deliver(reading.Result, call, permit, destination)) : FinishAsync(reading, call, permit, destination, deadline, cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TierRead> FinishAsync(ValueTask<TierRead> reading, GuardedCall call, BreakerPermit permit, IBufferWriter<byte> destination, TimeSpan deadline, CancellationToken cancellationToken)
    {
        Task<TierRead> task = reading.AsTask();
        if (!await HasEndedAsync(task, call, permit, 0, null, deadline, cancellationToken).ConfigureAwait(false))
            return TierRead.Nothing(TierReadStatus.Faulted);
        TierRead read;
        try
        {
            read = await task.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            call.Return();
            ThrowIfCallers(exception, permit, cancellationToken);
            return TierRead.Nothing(TierReadStatus.Faulted);
        }

        return Deliver(read, call, permit, destination);
    }

    private async ValueTask FinishManyAsync(byte[][] keys, Memory<TierRead> results, IBufferWriter<byte> destination, BreakerPermit permit, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte>[] asked = [.. keys.Select(static key => new ReadOnlyMemory<byte>(key))];
        var reads = new TierRead[keys.Length];
        GuardedCall call = GuardedCall.Rent(cancellationToken);
        Task task = Start(_inner, (asked, reads), call, static async (inner, of, call) =>
        {
            await inner.GetManyAsync(of.asked, of.reads, call.Buffer, call.Token).ConfigureAwait(false);
            return true;
        }).AsTask();
        if (!await HasEndedAsync(task, call, permit, 0, null, _options.ReadDeadline, cancellationToken).ConfigureAwait(false))
        {
            Array.Fill(reads, TierRead.Nothing(TierReadStatus.Faulted));
        }
        else
        {
            try
            {
                bool isWhole = task.IsCompletedSuccessfully && LengthBytes(reads) == call.Buffer.LengthBytes;
                if (task.IsCompletedSuccessfully)
                    Report(permit, hasFailed: !isWhole || (Array.TrueForAll(reads, static read => IsFailure(read.Status)) && reads.Length > 0));
                else
                    ThrowIfCallers(ExceptionOf(task), permit, cancellationToken);
                if (!isWhole)
                    Array.Fill(reads, TierRead.Nothing(TierReadStatus.Faulted));
                if (isWhole)
                    destination.Write(call.Buffer.WrittenSpan);
            }
            finally
            {
                call.Return();
            }
        }

        reads.CopyTo(results);
    }

    /// <summary>Hands over what a call has read that ended in time. A length that is not that of the value is a fault.</summary>
    private TierRead Deliver(TierRead read, GuardedCall call, BreakerPermit permit, IBufferWriter<byte> destination)
    {
        try
        {
            if (read.ValueBytes != call.Buffer.LengthBytes)
                read = TierRead.Nothing(TierReadStatus.Faulted);
            Report(permit, IsFailure(read.Status));
            if (read.ValueBytes > 0)
                destination.Write(call.Buffer.WrittenSpan);
            return read;
        }
        finally
        {
            call.Return();
        }
    }

    private static long LengthBytes(TierRead[] reads)
    {
        long totalBytes = 0;
        foreach (TierRead read in reads)
            totalBytes = read.ValueBytes < 0 ? long.MinValue : totalBytes + read.ValueBytes;
        return totalBytes;
    }

    private static byte[][] CopyKeys(ReadOnlyMemory<ReadOnlyMemory<byte>> keys)
    {
        var copies = new byte[keys.Length][];
        for (int i = 0; i < copies.Length; i++)
        {
            TierArguments.ThrowIfNotKey(keys.Span[i]);
            copies[i] = keys.Span[i].ToArray();
        }

        return copies;
    }
}
