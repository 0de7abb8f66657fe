using System.Diagnostics.CodeAnalysis;
using Strata.Engine.Hashing;
using Strata.Engine.Index;
using Strata.Engine.Layout;
using Strata.Engine.Removals;

namespace Strata.Engine.Stripes;

/// <summary>The answer to floods: when chains grow longer than chance makes them, the stripe's index goes over to another secret.</summary>
internal sealed unsafe partial class Stripe
{
    private long _longChainsSeen;
    private long _nextRehashWrites;

    // After an insert. Costs the keys of all entries of the stripe once, under its lock: the one step that is not bounded, since a flood costs more. It
    // comes again only when as many entries as there are now were written.
    private void RehashIfFloodedUnderLock()
    {
        if (_index.LongChains == _longChainsSeen)
            return;
        bool mayRehash = _parts.RehashesFloods && _index.RehashCount < HashIndex.RehashLimit && _counters.Writes >= _nextRehashWrites;
        if (!mayRehash || !TryMakeSecret(out HashSecret? secret, out ulong[]? slots))
            return;
        _index.BeginRehash(secret, slots);
        foreach (ulong word in slots)
        {
            var former = new IndexSlot(word);
            byte* record = _records.At(former.Location);
            ulong hash = _index.HashOf(record);
            if (_index.TryInsert(hash, new IndexSlot(hash, former.Location, former.IsMain, former.Frequency)))
            {
                _index.GrowIfCrowded();
                continue;
            }

            // No bucket is left for it, as can be when chains become more numerous and shorter.
            RecordHeader header = RecordReader.HeaderOf(record);
            ReportUnderLock(RemovalReason.Evicted, record, header);
            KillUnderLock(record, header);
            ReturnChainUnderLock(record, header, former.IsMain);
            _counters.Evictions++;
        }

        _index.EndRehash();
        // It knew its keys by their former hashes.
        _ghost.Clear();
        _longChainsSeen = _index.LongChains;
        _nextRehashWrites = _counters.Writes + _index.EntryCount;
    }

    // All that a rehash takes of managed memory; without it the stripe goes on with its long chains.
    private bool TryMakeSecret([NotNullWhen(true)] out HashSecret? secret, [NotNullWhen(true)] out ulong[]? slots)
    {
        secret = null;
        slots = null;
        try
        {
            slots = new ulong[_index.EntryCount];
            secret = HashSecret.FromRandom();
            return true;
        }
        catch (OutOfMemoryException)
        {
            return false;
        }
    }
}
