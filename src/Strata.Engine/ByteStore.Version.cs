using System.Buffers;
using System.Runtime.InteropServices;
using Strata.Engine.Hashing;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <content>For callers that keep what they made of a value, and want to know whether it still stands for it. A version names one write of one key: no other write of this store has it.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>The store's hash of a key, by which it can be kept in a table of the caller's own. Every bit of it is as good as any other, and strangers cannot know it.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <returns>The same for every call on this store.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    public ulong HashOf(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        ulong hash = KeyHash.Compute(ref MemoryMarshal.GetReference(key), key.Length, _secretWords);
        GC.KeepAlive(this);
        return hash;
    }

    /// <summary>
    /// Whether a plain read would now deliver the value that was written with this version. <c>true</c> is a hit like any other, in statistics and for eviction; <c>false</c> counts nothing and is no
    /// more than a hint: besides entries that are gone, past their soft time, marked, or of another version, there are a few that only a read tells of.
    /// </summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="hash">Its <see cref="HashOf"/>.</param>
    /// <param name="version">The version that was read or written, not 0.</param>
    /// <remarks>Takes no lock and reads nothing of the value.</remarks>
    public bool IsCurrent(ReadOnlySpan<byte> key, ulong hash, long version)
    {
        if ((uint)(key.Length - 1) >= ByteStoreOptions.MaxKeyBytes || !TryChoose(hash, out Candidate candidate))
            return false;
        byte* record = _regionStart + new IndexSlot(candidate.SlotWord).OffsetBytes;
        var header = RecordHeader.Read(record);
        if (!header.IsPlain(key.Length) || !header.Has(RecordFlags.Version) || !RecordReader.Same(record + header.KeyOffset, ref MemoryMarshal.GetReference(key), key.Length))
            return false;
        // The first word, soft time or expiry, as in a straight read.
        long limitMs = header.Has(RecordFlags.Times) ? RecordReader.Word(record + header.HeaderBytes) : long.MaxValue;
        bool isSame = RecordReader.Word(record + header.OffsetOf(RecordFlags.Version)) == version;
        if (!isSame || !IsStill(in candidate))
            return false;
        IndexSlot.CountHit(ref *candidate.Slot, candidate.SlotWord);
        if (candidate.Root->IsSampled(hash))
            NoteSampledHit(hash, key.Length, header.ValueBytes, limitMs);
        if (HasPassed(limitMs))
            return false;
        if (!_counters.TryAdd(ReadCounter.Hit, 1, out ulong page))
            CountHitElsewhere(key, page);
        if (!_counters.TryAdd(ReadCounter.Confirmation, 1, out page))
            _counters.AddElsewhere(ReadCounter.Confirmation, 1, page);
        return true;
    }

    /// <summary>Writes the value of a key to a buffer writer if the entry is plain, and says which version it has.</summary>
    /// <inheritdoc cref="TryGet(ReadOnlySpan{byte}, IBufferWriter{byte})"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="destination">Advanced by the value's length on a hit, and not at all otherwise. It is called outside every lock.</param>
    /// <param name="version">The version of what was delivered; 0 when it was written without one, or nothing was delivered.</param>
    public ReadOutcome TryGetVersioned(ReadOnlySpan<byte> key, IBufferWriter<byte> destination, out long version)
    {
        ReadOutcome outcome = ReadInto(key, destination, notes: default, takesAll: false, out EntryInfo info);
        version = info.Version;
        return outcome;
    }
}
