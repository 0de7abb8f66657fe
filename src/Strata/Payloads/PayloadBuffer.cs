using System.Buffers;

namespace Strata.Payloads;

/// <summary>A growing buffer for one payload, over pooled arrays. Each thread keeps one, so that reads through a serializer allocate nothing.</summary>
internal sealed class PayloadBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 1024;

    /// <summary>Larger arrays go back to the pool at once, so that a thread does not sit on them.</summary>
    private const int KeptBytes = 64 * 1024;

    [ThreadStatic]
    private static PayloadBuffer? t_kept;

    private byte[] _array = [];
    private int _length;

    private PayloadBuffer()
    {
    }

    public ReadOnlySpan<byte> WrittenSpan => _array.AsSpan(0, _length);

    public ReadOnlySequence<byte> WrittenSequence => new(_array, 0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _array.AsMemory(0, _length);

    public int LengthBytes => _length;

    /// <summary>Takes the thread's buffer, or makes one when it is in use: user code may call the cache while it writes.</summary>
    public static PayloadBuffer Rent()
    {
        PayloadBuffer buffer = t_kept ?? new PayloadBuffer();
        t_kept = null;
        return buffer;
    }

    /// <summary>Gives the buffer to the calling thread. It must not be used afterwards.</summary>
    public void Return()
    {
        _length = 0;
        if (_array.Length > KeptBytes || t_kept is not null)
        {
            byte[] array = _array;
            _array = [];
            if (array.Length > 0)
                ArrayPool<byte>.Shared.Return(array);
        }

        t_kept ??= this;
    }

    public void Clear() => _length = 0;

    /// <summary>Forgets what was written behind so many bytes.</summary>
    public void Cut(int lengthBytes) => _length = lengthBytes;

    /// <summary>Makes room for about so many bytes.</summary>
    public void Expect(int bytes)
    {
        if (bytes > 0)
            Reserve(bytes);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - _length);
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(_length);
    }

    private void Reserve(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        sizeHint = Math.Max(sizeHint, 1);
        if (sizeHint <= _array.Length - _length)
            return;
        long wanted = Math.Max(FirstBytes, Math.Max((long)_length + sizeHint, 2L * _length));
        if ((long)_length + sizeHint > Array.MaxLength)
            throw new InvalidOperationException($"A payload of {(long)_length + sizeHint} bytes is longer than an array can be ({Array.MaxLength} bytes).");
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        WrittenSpan.CopyTo(larger);
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = larger;
    }
}
