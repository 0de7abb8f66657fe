using System.Buffers;

namespace Strata.Engine.Tests;

/// <summary>A buffer writer that gives <paramref name="spans"/> small spans and then fails.</summary>
internal sealed class ThrowingBufferWriter(int spans) : IBufferWriter<byte>
{
    private int _left = spans;

    public void Advance(int count)
    {
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _left-- > 0 ? new byte[64] : throw new NotSupportedException("This writer is full.");

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
