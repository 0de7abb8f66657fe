using System.Buffers;

namespace Strata.TestKit.Bytes;

/// <summary>
/// A buffer writer whose spans are as awkward as its <see cref="SpanSizing"/> says. Every span is filled with <see cref="Sentinel"/>
/// before it is handed out, and what was written into spans beyond the advanced bytes stays visible in <see cref="Scribbled"/>.
/// </summary>
public sealed class FragmentingBufferWriter(SpanSizing sizing, int fragmentBytes = 16) : IBufferWriter<byte>
{
    /// <summary>The byte that spans hold before anybody writes to them.</summary>
    public const byte Sentinel = 0xA5;

    private readonly List<byte> _written = [];
    private readonly List<byte> _scribbled = [];
    private byte[] _current = [];

    /// <summary>The bytes that were written and advanced over.</summary>
    public byte[] Written => [.. _written];

    /// <summary>The number of spans handed out.</summary>
    public int SpanCount { get; private set; }

    /// <summary>Bytes that were written into a span and not advanced over.</summary>
    public byte[] Scribbled
    {
        get
        {
            CollectScribbles();
            return [.. _scribbled];
        }
    }

    public void Advance(int count)
    {
        if (count < 0 || count > _current.Length)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"The span has {_current.Length} bytes left.");
        _written.AddRange(_current.AsSpan(0, count));
        _current = _current[count..];
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        CollectScribbles();
        int length = sizing switch
        {
            SpanSizing.ExactHint => Math.Max(1, sizeHint),
            SpanSizing.AtLeastFragment => Math.Max(fragmentBytes, sizeHint),
            SpanSizing.NeverAboveFragment => fragmentBytes,
            SpanSizing.Generous => sizeHint + 4096,
            _ => throw new InvalidOperationException($"Unknown sizing {sizing}."),
        };
        _current = new byte[length];
        _current.AsSpan().Fill(Sentinel);
        SpanCount++;
        return _current;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void CollectScribbles()
    {
        foreach (byte b in _current)
        {
            if (b != Sentinel)
                _scribbled.Add(b);
        }

        _current = [];
    }
}
