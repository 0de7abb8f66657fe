using System.Buffers;

namespace Strata.Engine.Stress.Torture;

/// <summary>
/// A buffer writer that gives spans no longer than it must, or, as its contract forbids and the engine bears, no longer than its own
/// length whatever is asked for: then a value takes many spans, and the engine has to read it under a pin.
/// </summary>
internal sealed class SmallSpanWriter(int spanBytes, int capacityBytes) : IBufferWriter<byte>
{
    private readonly byte[] _buffer = new byte[capacityBytes + spanBytes];
    private int _written;
    private bool _givesWhatIsAskedFor = true;

    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _written);

    /// <summary>Forgets what was written.</summary>
    public void Reset(bool givesWhatIsAskedFor)
    {
        _written = 0;
        _givesWhatIsAskedFor = givesWhatIsAskedFor;
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _written);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_written, _givesWhatIsAskedFor ? Math.Max(spanBytes, sizeHint) : spanBytes);

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
