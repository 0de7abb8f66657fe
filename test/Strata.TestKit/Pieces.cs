using System.Buffers;

namespace Strata.TestKit;

/// <summary>Sequences of several segments.</summary>
public static class Pieces
{
    /// <summary>Cuts bytes after the given lengths; the last piece takes the rest.</summary>
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> whole, params ReadOnlySpan<int> lengths)
    {
        Segment? first = null, last = null;
        int offset = 0;
        foreach (int length in lengths)
        {
            Append(whole.Slice(offset, length));
            offset += length;
        }

        Append(whole[offset..]);
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);

        void Append(ReadOnlyMemory<byte> piece)
        {
            last = new Segment(piece, last);
            first ??= last;
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            RunningIndex = previous is null ? 0 : previous.RunningIndex + previous.Memory.Length;
            if (previous is not null)
                previous.Next = this;
        }
    }
}
