using Strata.Files.Layout;
using Strata.Files.Recovery;

namespace Strata.Files.Segments;

/// <content>Finding the values that a former opening left, segment by segment, while the store is used.</content>
internal sealed partial class SegmentStore
{
    private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Replaced under the gate, read anywhere; null when all was found.
    private RecoveryState? _recovery;
    private bool _mayHaveEnded;

    public bool IsRecovered => Volatile.Read(ref _recovery) is null;

    /// <summary>Complete when all was found, or the store was closed before.</summary>
    public Task RecoveryTask => _recovered.Task;

    /// <summary>Finds what was not found yet, segment by segment, the newest first.</summary>
    public void Recover()
    {
        while (RecoverNext())
        {
        }

        _recovered.TrySetResult();
    }

    /// <summary>Looks into one more segment. False when there is none.</summary>
    public bool RecoverNext()
    {
        lock (_pumpLock)
        {
            Segment segment;
            lock (_gate)
            {
                if (_isDisposed || Volatile.Read(ref _isStopping) || _recovery is null)
                    return false;
                segment = _recovery.Pending[^1];
            }

            List<FooterEntry>? entries = ReadEntries(segment);
            if (entries is null)
                LoseRecovered([segment]);
            else
                Fold(segment, entries);
            return !IsRecovered;
        }
    }

    private void WaitForRecovery()
    {
        if (_options.WorksInBackground)
            RecoveryTask.Wait();
        else
            Recover();
    }

    /// <summary>Puts a segment's records into the index where nothing newer is known.</summary>
    private void Fold(Segment segment, List<FooterEntry> entries)
    {
        Settle(segment, entries);
        for (int i = entries.Count; i > 0; i -= BatchEntries)
        {
            lock (_gate)
            {
                for (int k = i - 1; k >= Math.Max(0, i - BatchEntries); k--)
                    FoldUnderGate(segment, entries[k]);
            }
        }

        lock (_gate)
        {
            RecoveryState recovery = _recovery!;
            recovery.Pending.Remove(segment);
            if (recovery.Pending.Count > 0)
                recovery.Horizon = recovery.Pending[^1].MaxSequence;
            else
                FinishUnderGate();
        }
    }

    private void FoldUnderGate(Segment segment, in FooterEntry entry)
    {
        if (entry.Kind != RecordKind.Value || entry.Sequence < _clearSequence || _recovery!.IsBuried(entry.Hash, entry.Sequence))
            return;
        if (_table.TryGet(entry.Hash, out ulong location) && IsNewerUnderGate(_segments[_format.Segment(location)]!, location, segment, entry.Sequence))
            return;
        PutUnderGate(entry.Hash, _format.Pack(segment.Id, entry.OffsetBytes, entry.LengthBytes));
        _counters.RecoveredEntries++;
    }

    /// <summary>Whether what the index has is newer than a record of another segment.</summary>
    private bool IsNewerUnderGate(Segment there, ulong location, Segment segment, ulong sequence)
    {
        // In one segment the later record is the newer one, and was found first.
        if (there == segment || there.MinSequence > sequence)
            return true;
        byte[] bytes = new byte[RecordHeader.SizeBytes];
        int offset = _format.OffsetBytes(location);
        // One short read, and only where the times of two segments overlap. What cannot be read stays: it answers as a miss.
        return !TryDevice(() => ReadBytes(there, offset, bytes)) || RecordHeader.Read(bytes) is var header && (header.Mark != there.Life!.Mark || header.Sequence > sequence);
    }

    private void FinishUnderGate()
    {
        Volatile.Write(ref _recovery, null);
        _counters.RecoveryTime = _options.TimeProvider.GetElapsedTime(_opened);
        _recovered.TrySetResult();
    }
}
