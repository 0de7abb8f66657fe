using System.Buffers;

namespace Strata.Engine.Tests;

/// <summary>A buffer writer that runs <paramref name="beforeSpan"/> each time it is asked for a span, and gives spans of at most <paramref name="spanBytes"/>.</summary>
internal sealed class CallbackBufferWriter(int spanBytes, Action beforeSpan) : IBufferWriter<byte>
{
    private readonly List<byte> _written = [];
    private byte[] _span = [];

    public byte[] Written => [.. _written];

    public void Advance(int count) => _written.AddRange(_span.AsSpan(0, count));

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        beforeSpan();
        return _span = new byte[spanBytes];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
