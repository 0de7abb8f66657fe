using System.Buffers;

namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>A writer that counts what is asked of it, and hands out exactly that, between bytes that must stay.</summary>
internal sealed class WatchedWriter : IBufferWriter<byte>
{
    private const byte Guard = 0xA5;
    private const int GuardBytes = 32;

    private byte[] _array = new byte[1 << 20];
    private int _length;
    private int _handedOut;

    public int LargestAsked { get; private set; }

    public ReadOnlySpan<byte> Written => _array.AsSpan(0, _length);

    /// <summary>Whether nothing was written behind what was handed out.</summary>
    public bool IsWhole => !_array.AsSpan(_length + _handedOut, GuardBytes).ContainsAnyExcept(Guard);

    public void Clear()
    {
        _length = 0;
        LargestAsked = 0;
        HandOut(0);
    }

    public void Advance(int count)
    {
        if (count < 0 || count > _handedOut)
            throw new FuzzException($"{count} bytes were advanced over, of {_handedOut}");
        _length += count;
        _handedOut -= count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        LargestAsked = Math.Max(LargestAsked, sizeHint);
        HandOut(Math.Max(1, sizeHint));
        return _array.AsMemory(_length, _handedOut);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void HandOut(int length)
    {
        if (_length + length + GuardBytes > _array.Length)
            throw new FuzzException($"{length} bytes were asked for");
        _handedOut = length;
        _array.AsSpan(_length + length, GuardBytes).Fill(Guard);
    }
}
