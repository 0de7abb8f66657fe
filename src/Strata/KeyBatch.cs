using Strata.Engine;
using Strata.Keys;
using Strata.Payloads;

namespace Strata;

/// <summary>Keys of a call for many entries, one behind the other in one buffer. Fill it, use it, <see cref="Clear"/> it, fill it again: it keeps its memory and then allocates nothing.</summary>
/// <remarks>Not for two threads at once, and not to be changed before a call that was given it has ended, an asynchronous one too. <see cref="Dispose"/> gives the buffer back to the pool.</remarks>
public sealed class KeyBatch : IDisposable
{
    private PayloadBuffer? _bytes = PayloadBuffer.Rent();
    private int[] _ends = [];

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>A key, valid until the batch is changed.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> less one, in the order they were added.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the batch.</exception>
    public ReadOnlySpan<byte> this[int index] => Bytes.WrittenSpan[StartOf(index).._ends[index]];

    internal ByteSpans Spans => new(Bytes.WrittenSpan, _ends.AsSpan(0, Count));

    private PayloadBuffer Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return _bytes;
        }
    }

    /// <summary>Adds a key. One that is there already is added once more.</summary>
    /// <param name="key">The key; it is copied.</param>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text. Nothing was added.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Add(in CacheKey key)
    {
        using KeyLease lease = key.Lease();
        Append(lease.Bytes);
    }

    /// <summary>Adds a key that is UTF-8 already.</summary>
    /// <param name="key">The key; it is copied.</param>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes. Nothing was added.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Add(ReadOnlySpan<byte> key)
    {
        KeyErrors.ThrowIfNotKey(key);
        Append(key);
    }

    /// <summary>Removes all keys.</summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Clear()
    {
        Bytes.Clear();
        Count = 0;
    }

    /// <summary>Gives the buffer back. The batch must not be used afterwards.</summary>
    public void Dispose()
    {
        _bytes?.Return();
        _bytes = null;
        Count = 0;
    }

    /// <summary>A copy of the keys, for calls that outlast the caller's hold on the batch.</summary>
    internal ReadOnlyMemory<byte>[] ToMemories()
    {
        byte[] bytes = Bytes.WrittenSpan.ToArray();
        var keys = new ReadOnlyMemory<byte>[Count];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = bytes.AsMemory(StartOf(i).._ends[i]);
        return keys;
    }

    /// <summary>Takes the last key away again.</summary>
    internal void RemoveLast()
    {
        Count--;
        Bytes.Cut(Count == 0 ? 0 : _ends[Count - 1]);
    }

    private int StartOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return index == 0 ? 0 : _ends[index - 1];
    }

    private void Append(ReadOnlySpan<byte> key)
    {
        PayloadBuffer bytes = Bytes;
        if (Count == _ends.Length)
            Array.Resize(ref _ends, Math.Max(16, 2 * Count));
        key.CopyTo(bytes.GetSpan(key.Length));
        bytes.Advance(key.Length);
        _ends[Count++] = bytes.LengthBytes;
    }
}
