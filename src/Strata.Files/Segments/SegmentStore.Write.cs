using System.Buffers;
using Strata.Entries;
using Strata.Files.Layout;
using Strata.Invalidation;
using Strata.Tiers;

namespace Strata.Files.Segments;

/// <content>What callers write.</content>
internal sealed partial class SegmentStore
{
    /// <summary>How often a removal makes room for its tombstone before it gives up.</summary>
    private const int RemovalTries = 4;

    /// <summary>Writes a value, or leaves none.</summary>
    public TierWriteStatus Set(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, EntryOptions options)
    {
        ulong hash = _key.HashKey(key);
        TimeSpan? ttl = options.Ttl ?? options.Policy?.Ttl ?? _options.DefaultTtl;
        long ttlMs = ttl is { } given && given != Timeout.InfiniteTimeSpan ? Math.Max(1, (long)given.TotalMilliseconds) : 0;
        Span<byte> tags = options.Tags.IsEmpty ? [] : stackalloc byte[options.Tags.Length * sizeof(ulong)];
        EntryTags.Write(options.Tags, _key, tags);
        var header = new RecordHeader
        {
            Kind = RecordKind.Value,
            Hash = hash,
            KeyBytes = key.Length,
            TagCount = options.Tags.Length,
            ValueBytes = (int)Math.Min(value.Length, int.MaxValue),
            TtlMs = ttlMs,
            CreatedMs = _clock.NowMs,
        };
        bool isTooLong = value.Length > MaxValueBytes || SegmentHeader.BlockBytes + header.LengthBytes > SegmentFooter.EntriesOffset(_segmentBytes, 1);
        lock (_gate)
        {
            ThrowIfDisposedUnderGate();
            bool isThere = _table.TryGet(hash, out _);
            ref long refusals = ref _counters.Dropped;
            if (isTooLong)
            {
                refusals = ref _counters.TooLong;
            }
            else if (!IsAdmittedUnderGate(hash, header.LengthBytes, isThere))
            {
                refusals = ref _counters.NotAdmitted;
            }
            else
            {
                header.Sequence = ++_sequence;
                header.Flags = isThere || !IsSure ? RecordFlags.Overwrites : RecordFlags.None;
                if (TryAppendUnderGate(1 + TtlClasses.Of(ttlMs, _open.Length - 1), ref header, key, tags, value, out Segment segment, out int offset))
                {
                    PutUnderGate(hash, _format.Pack(segment.Id, offset, (int)header.LengthBytes));
                    _counters.Writes++;
                    _counters.UserBytes += key.Length + header.ValueBytes;
                    return TierWriteStatus.Done;
                }
            }

            refusals++;
            // A refused write leaves no former value, here or after a restart.
            ForgetUnderGate(hash);
        }

        return TierWriteStatus.Refused;
    }

    /// <summary>Removes a key. Its tombstone was handed to the system when this returns.</summary>
    public TierWriteStatus Remove(ReadOnlySpan<byte> key)
    {
        var header = new RecordHeader { Kind = RecordKind.Tombstone, Hash = _key.HashKey(key) };
        return Control(ref header, []);
    }

    public TierWriteStatus Clear()
    {
        var header = new RecordHeader { Kind = RecordKind.Clear };
        return Control(ref header, []);
    }

    /// <summary>Makes every value stale that is there.</summary>
    public TierWriteStatus MarkStale()
    {
        var header = new RecordHeader { Kind = RecordKind.StaleMark };
        return Control(ref header, []);
    }

    public TierWriteStatus Invalidate(InvalidationRule rule)
    {
        byte[] packed = _rules.Pack(rule);
        var header = new RecordHeader { Kind = RecordKind.Rule, ValueBytes = packed.Length };
        return Control(ref header, packed);
    }

    /// <summary>Brings a control record into memory and to the system.</summary>
    /// <remarks>The index changes and the record is appended in one step. Where there is no room for it the index is unsure until there is: a second removal of the same key must not rely on a tombstone that is not there.</remarks>
    private TierWriteStatus Control(ref RecordHeader header, byte[] packed)
    {
        bool wasThere = false, isOwed = false;
        for (int i = 0; i < RemovalTries; i++)
        {
            long position;
            lock (_gate)
            {
                ThrowIfDisposedUnderGate();
                if (isOwed)
                    _waiting--;
                header.Sequence = ++_sequence;
                header.CreatedMs = _clock.NowMs;
                if (i == 0 && header.Kind == RecordKind.Rule && !_rules.TryAdd(packed, header.Sequence))
                    header = new RecordHeader { Kind = RecordKind.Clear, Sequence = header.Sequence, CreatedMs = header.CreatedMs };
                Apply(header);
                // What is nowhere has its tombstone, if it needs one; that may be in memory still.
                bool isBuried = i == 0 && header.Kind == RecordKind.Tombstone && !wasThere && IsSure;
                isOwed = !isBuried && !TryAppendUnderGate(ControlSlot, ref header, [], [], header.Kind == RecordKind.Rule ? new(packed) : default, out _, out _);
                if (isOwed)
                    _waiting++;
                position = _controlAppended;
            }

            if (!isOwed && WriteControl(position))
                return header.Kind == RecordKind.Tombstone && !wasThere ? TierWriteStatus.NotFound : TierWriteStatus.Done;
            // There was no segment, or the write failed: this thread makes room.
            WaitForRecovery();
            Pump(isFlush: false);
        }

        lock (_gate)
        {
            // What holds in memory the disk does not say. A store that was closed meanwhile has seen to it.
            if (isOwed)
                _waiting--;
            if (!_isDisposed)
                OweClearUnderGate();
        }

        return TierWriteStatus.Faulted;

        // In memory it holds at once, also if it cannot be written.
        void Apply(in RecordHeader applied)
        {
            if (applied.Kind == RecordKind.Clear)
            {
                ClearUnderGate(applied.Sequence);
            }
            else if (applied.Kind == RecordKind.StaleMark)
            {
                Volatile.Write(ref _staleSequence, applied.Sequence);
            }
            else if (applied.Kind == RecordKind.Tombstone)
            {
                _recovery?.Bury(applied.Hash, applied.Sequence);
                wasThere |= _table.Remove(applied.Hash, out ulong former);
                AddLiveUnderGate(former, -1);
            }
        }
    }

    private void PutUnderGate(ulong hash, ulong location)
    {
        _table.Put(hash, location, out ulong former);
        AddLiveUnderGate(former, -1);
        AddLiveUnderGate(location, +1);
    }

    /// <summary>Drops what a key has, and sees to it that it does not come back.</summary>
    private void ForgetUnderGate(ulong hash)
    {
        bool wasThere = _table.Remove(hash, out ulong former);
        AddLiveUnderGate(former, -1);
        if (wasThere || !IsSure)
            BuryUnderGate(hash);
    }
}
