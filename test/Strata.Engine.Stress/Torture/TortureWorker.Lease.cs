using System.Buffers;
using System.Diagnostics;

namespace Strata.Engine.Stress.Torture;

/// <content>Leases, held while the thread goes on with other things.</content>
internal sealed partial class TortureWorker
{
    private readonly record struct HeldLease(IDisposable? Lease, ReadOnlySequence<byte> Value, int Key, long Sequence);

    /// <summary>Leases a value, and lets go of the one that was leased so many leases ago.</summary>
    private void Lease(int key)
    {
        int place = _random.Next(HeldLeases);
        LetGo(place);
        long timestamp = Stopwatch.GetTimestamp();
        long start = run.Clock.Next();
        IDisposable? lease = Target.TryLease(KeyOf(key), out ReadOnlySequence<byte> value);
        ReadOnlySpan<byte> bytes = BytesOf(value);
        long sequence = Judge(key, lease is null ? ReadOutcome.Miss : ReadOutcome.Hit, bytes, bytes.Length, start, timestamp);
        _held[place] = new HeldLease(lease, value, key, sequence);
        Tally.Leased += lease is null ? 0 : 1;
    }

    /// <summary>Ends a lease. Until then it must have shown the value that it showed at first.</summary>
    private void LetGo(int place)
    {
        (IDisposable? lease, ReadOnlySequence<byte> value, int key, long sequence) = _held[place];
        _held[place] = default;
        if (lease is null)
            return;
        ReadOnlySpan<byte> bytes = BytesOf(value);
        if (!ValueTag.TryRead(bytes, out ValueTag tag) || tag.Key != key || tag.Sequence != sequence)
            ReportOf(key, $"a lease of the value {sequence} of {bytes.Length} bytes showed something else in the end: {tag}");
        lease.Dispose();
    }

    private ReadOnlySpan<byte> BytesOf(in ReadOnlySequence<byte> value)
    {
        if (value.IsSingleSegment)
            return value.FirstSpan;
        value.CopyTo(_destination);
        return _destination.AsSpan(0, (int)value.Length);
    }
}
