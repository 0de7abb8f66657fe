using System.Buffers;

namespace Strata.Engine.Memory;

/// <summary>A piece of a leased value as a segment of a sequence. It belongs to a hazard word and is set anew for each lease of that word.</summary>
internal sealed unsafe class NativeSegment : ReadOnlySequenceSegment<byte>
{
    private readonly Piece _piece = new();

    public void Set(byte* start, int length, HazardPin pin, long runningIndex, NativeSegment? next)
    {
        Memory = _piece.Set(start, length, pin);
        RunningIndex = runningIndex;
        Next = next;
    }

    // Valid while the pin is held: the lease holds the pin, and keeps the region.
    private sealed class Piece : MemoryManager<byte>
    {
        private byte* _start;
        private int _length;
        private HazardPin _pin;

        public Memory<byte> Set(byte* start, int length, HazardPin pin)
        {
            _start = start;
            _length = length;
            _pin = pin;
            return CreateMemory(length);
        }

        public override Span<byte> GetSpan()
        {
            ObjectDisposedException.ThrowIf(!_pin.IsHeld, typeof(ValueLease));
            return new Span<byte>(_start, _length);
        }

        // Native memory does not move.
        public override MemoryHandle Pin(int elementIndex = 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length, nameof(elementIndex));
            return new MemoryHandle(_start + elementIndex, pinnable: this);
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
