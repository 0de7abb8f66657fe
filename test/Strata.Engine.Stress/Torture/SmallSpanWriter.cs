using System.Buffers;

namespace Strata.Engine.Stress.Torture;

/// <summary>A buffer writer that gives spans no longer than it must, so that a value takes many of them.</summary>
internal sealed class SmallSpanWriter(int spanBytes, int capacityBytes) : IBufferWriter<byte>
{
    private readonly byte[] _buffer = new byte[capacityBytes + spanBytes];
    private int _written;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _written);

    public void Reset() => _written = 0;

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _written);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_written, Math.Max(spanBytes, sizeHint));

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
