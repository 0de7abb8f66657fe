using System.Buffers;
using Strata.TestKit.Bytes;

namespace Strata.Engine.Tests;

/// <summary>Sequences one of whose segments runs a hook when its bytes are asked for.</summary>
internal static class HookedSequence
{
    public static ReadOnlySequence<byte> Of(int segments, int segmentBytes, int hooked, Action hook)
    {
        var first = new Segment(new HookedMemory(TestBytes.Value(0, segmentBytes), hooked == 0 ? hook : null), null);
        Segment last = first;
        for (int i = 1; i < segments; i++)
            last = new Segment(new HookedMemory(TestBytes.Value((ulong)i, segmentBytes), hooked == i ? hook : null), last);
        return new ReadOnlySequence<byte>(first, 0, last, segmentBytes);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(HookedMemory memory, Segment? previous)
        {
            Memory = memory.Whole;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }

    private sealed class HookedMemory(byte[] bytes, Action? hook) : MemoryManager<byte>
    {
        public Memory<byte> Whole => CreateMemory(bytes.Length);

        public override Span<byte> GetSpan()
        {
            hook?.Invoke();
            return bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
