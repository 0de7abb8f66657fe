using System.Buffers;

namespace Strata.TestKit.Bytes;

/// <summary>Sequences of several segments, made of one array.</summary>
public static class ByteSequence
{
    /// <summary>Cuts <paramref name="bytes"/> into segments of at most <paramref name="segmentBytes"/>, with an empty segment after each.</summary>
    public static ReadOnlySequence<byte> Cut(byte[] bytes, int segmentBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segmentBytes, 1);
        var first = new Segment(ReadOnlyMemory<byte>.Empty, null);
        Segment last = first;
        for (int offset = 0; offset < bytes.Length; offset += segmentBytes)
        {
            last = new Segment(bytes.AsMemory(offset, Math.Min(segmentBytes, bytes.Length - offset)), last);
            last = new Segment(ReadOnlyMemory<byte>.Empty, last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
