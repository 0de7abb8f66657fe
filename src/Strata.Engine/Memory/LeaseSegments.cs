using System.Buffers;
using Strata.Engine.Layout;

namespace Strata.Engine.Memory;

/// <summary>
/// The segments of the sequence over a leased value. Each hazard word has one such object from the first time it is needed, used again by every lease of
/// that word: nothing has to be given back, and a lease that is disposed twice takes nothing from another. It knows no managed object of a store.
/// </summary>
internal sealed unsafe class LeaseSegments
{
    private static readonly LeaseSegments?[] OfWords = new LeaseSegments?[HazardTable.WordCount];

    private readonly Lock _gate = new();
    private NativeSegment[] _segments = [];
    private (ulong Sequence, ulong Word) _builtFor;
    private int _count;

    /// <summary>The segments that belong to the word of a pin.</summary>
    public static LeaseSegments Of(HazardPin pin)
    {
        ref LeaseSegments? segments = ref OfWords[HazardTable.IndexOf(pin)];
        if (Volatile.Read(ref segments) is null)
            Interlocked.CompareExchange(ref segments, new LeaseSegments(), null);
        return segments!;
    }

    /// <summary>The sequence over a value. Built once for a lease, then only looked up.</summary>
    /// <param name="pin">The pin of the page with the record.</param>
    /// <param name="start">The part of the value in its record, of <paramref name="startBytes"/>.</param>
    /// <param name="startBytes">The length of that part.</param>
    /// <param name="pool">The pages of the chain, whose first one is pinned too.</param>
    /// <param name="chain">The first page of the chain; 0 when there is none.</param>
    /// <param name="length">The length of the value.</param>
    public ReadOnlySequence<byte> Get(HazardPin pin, byte* start, int startBytes, PagePool pool, int chain, int length)
    {
        // A leaf: nothing is called under it but what is in this folder.
        using (_gate.EnterSteadily())
        {
            // The number of the lease among all of this word, which the word itself holds only in part; and that part, since on the shared line the number can be ahead.
            (ulong, ulong) lease = (HazardTable.SequenceOf(pin), pin.Value);
            if (_builtFor != lease)
                BuildUnderGate(pin, start, startBytes, pool, chain, length);
            _builtFor = lease;
            NativeSegment last = _segments[_count - 1];
            return new ReadOnlySequence<byte>(_segments[0], 0, last, last.Memory.Length);
        }
    }

    // Should it be left half done, nothing says that it was built.
    private void BuildUnderGate(HazardPin pin, byte* start, int startBytes, PagePool pool, int chain, int length)
    {
        _count = 1 + (length - startBytes + pool.PageBytes - 1) / pool.PageBytes;
        if (_segments.Length < _count)
            Array.Resize(ref _segments, _count);
        for (int i = 0; i < _count; i++)
            _segments[i] ??= new NativeSegment();

        // Where all of the value is in pages the first segment is empty.
        Set(0, start, startBytes, 0);
        int done = startBytes;
        for (int i = 1, page = chain; i < _count; i++, page = Volatile.Read(ref pool.Infos[page].Next))
        {
            int part = Math.Min(pool.PageBytes, length - done);
            Set(i, pool.AddressOf(page), part, done);
            done += part;
        }

        void Set(int i, byte* piece, int bytes, long runningIndex) =>
            _segments[i].Set(piece, bytes, pin, runningIndex, i + 1 < _count ? _segments[i + 1] : null);
    }
}
