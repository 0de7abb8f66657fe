namespace Strata.Engine;

/// <summary>
/// A list of spans of bytes, for operations on many keys at once: packed one behind the other in one span, or as an array of memories. It refers to the
/// caller's memory and copies nothing.
/// </summary>
public readonly ref struct ByteSpans
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<int> _ends;
    private readonly ReadOnlySpan<ReadOnlyMemory<byte>> _memories;

    /// <summary>Takes spans that stand one behind the other. This is the cheaper form: no object is looked at for a span.</summary>
    /// <param name="bytes">All bytes, in order.</param>
    /// <param name="ends">Where each span ends in <paramref name="bytes"/>; it begins where the one before it ends, the first at 0.</param>
    /// <exception cref="ArgumentException">An end lies before the one before it, or outside of <paramref name="bytes"/>.</exception>
    public ByteSpans(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends)
    {
        int start = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            if (ends[i] < start || ends[i] > bytes.Length)
                throw new ArgumentException($"ends[{i}] is {ends[i]}; it must be from {start}, where the span begins, to {bytes.Length}, the length of the bytes.", nameof(ends));
            start = ends[i];
        }

        _bytes = bytes;
        _ends = ends;
    }

    /// <summary>Takes spans that stand apart.</summary>
    /// <param name="memories">The memory of each span.</param>
    public ByteSpans(ReadOnlySpan<ReadOnlyMemory<byte>> memories) => _memories = memories;

    /// <summary>How many spans there are.</summary>
    public int Count => _ends.Length + _memories.Length;

    /// <summary>A span of the list.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> less one.</param>
    /// <exception cref="IndexOutOfRangeException">The index is outside of the list.</exception>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            if (_ends.IsEmpty)
                return _memories[index].Span;
            int start = index == 0 ? 0 : _ends[index - 1];
            return _bytes[start.._ends[index]];
        }
    }
}
