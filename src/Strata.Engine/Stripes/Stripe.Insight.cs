using Strata.Engine.Insight;
using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>Looks at a few entries at a time, for whoever asks what is in the store.</summary>
internal sealed unsafe partial class Stripe
{
    /// <summary>Looks at the entries of <paramref name="heads"/> heads, <paramref name="step"/> apart, as far as there is room for them. Returns how many it looked at.</summary>
    public int Sample(double first, int heads, double step, long nowMs, Span<SampledEntry> entries)
    {
        lock (_gate)
        {
            int count = 0;
            for (int i = 0; i < heads && (long)(first + i * step) < _index.HeadCount && !_isDisposed; i++)
            {
                foreach (IndexSlot slot in _index.SlotsOf((uint)(first + i * step)))
                {
                    if (count == entries.Length)
                        return count;
                    byte* record = _records.At(slot.Location);
                    RecordHeader header = RecordReader.HeaderOf(record);
                    entries[count++] = new SampledEntry(
                        KeyId.OfStripe(_index.HashOf(record), _number),
                        header.ValueBytes,
                        header.RecordBytes(_pool.PageBytes) + (long)header.ChainPages(_pool.PageBytes) * _pool.PageBytes,
                        slot.Frequency,
                        ExpiryOf(record, header),
                        (SecondsOf(nowMs) - _pool.OpenedSeconds[_pool.PageOf(record)]) * 1000L);
                }
            }

            return count;
        }
    }

    // Since the store was created.
    private int SecondsOf(long nowMs) => (int)((nowMs - _parts.NowMs) / 1000);

    /// <summary>Copies the key of the live entry with an id, if there is one. Returns the key's length, or 0.</summary>
    public int CopyKey(ulong id, long nowMs, Span<byte> key, out int valueBytes)
    {
        valueBytes = 0;
        lock (_gate)
        {
            if (_isDisposed)
                return 0;
            foreach (IndexSlot slot in _index.SlotsOf(IndexRoot.HeadIndex(id, _index.HeadCount)))
            {
                byte* record = _records.At(slot.Location);
                if ((slot.Word & IndexSlot.TagMask) != IndexSlot.TagOf(id) || !KeyId.Same(_index.HashOf(record), id))
                    continue;
                RecordHeader header = RecordReader.HeaderOf(record);
                if (ExpiryOf(record, header) <= nowMs)
                    return 0;
                new ReadOnlySpan<byte>(record + header.KeyOffset, header.KeyBytes).CopyTo(key);
                valueBytes = header.ValueBytes;
                return header.KeyBytes;
            }

            return 0;
        }
    }
}
