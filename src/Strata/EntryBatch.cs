using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization.Metadata;
using Strata.Engine;
using Strata.Keys;
using Strata.Payloads;

namespace Strata;

/// <summary>Keys and values of a <c>SetMany</c>, copied into two buffers as they are added. Fill it, use it, <see cref="Clear"/> it, fill it again: it keeps its memory and then allocates nothing.</summary>
/// <remarks>Not for two threads at once, and not to be changed before a call that was given it has ended, an asynchronous one too. <see cref="Dispose"/> gives the buffers back to the pool.</remarks>
public sealed class EntryBatch : IDisposable
{
    private PayloadBuffer? _values = PayloadBuffer.Rent();
    private int[] _ends = [];

    /// <summary>How many entries there are.</summary>
    public int Count => Keys.Count;

    internal KeyBatch Keys { get; } = new();

    internal ByteSpans Values => new(Buffer.WrittenSpan, _ends.AsSpan(0, Count));

    /// <summary>The length of the longest value.</summary>
    internal int LongestBytes { get; private set; }

    private PayloadBuffer Buffer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_values is null, this);
            return _values;
        }
    }

    /// <summary>Adds an entry whose value is bytes. Of two entries with one key the later counts.</summary>
    /// <param name="key">The key; it is copied.</param>
    /// <param name="value">The bytes; they are copied. May be empty.</param>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text. Nothing was added.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Add(in CacheKey key, ReadOnlySpan<byte> value)
    {
        PayloadBuffer values = Buffer;
        Keys.Add(key);
        value.CopyTo(values.GetSpan(value.Length));
        values.Advance(value.Length);
        End();
    }

    /// <summary>Adds an entry whose value is a struct without references.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="key">The key; it is copied.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">As for bytes.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Add<T>(in CacheKey key, T value)
        where T : unmanaged => Add(key, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    /// <summary>Adds an entry whose value is text.</summary>
    /// <param name="key">The key; it is copied.</param>
    /// <param name="value">The text.</param>
    /// <exception cref="ArgumentException">As for bytes; or the text is not well-formed UTF-16. Nothing was added.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Add(in CacheKey key, string value) => AddWith(key, value, default(Utf8Payload));

    /// <summary>Adds an entry whose value goes through a serializer.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key; it is copied.</param>
    /// <param name="value">The value, not <c>null</c>.</param>
    /// <param name="serializer">How it is written. What it throws gets through; nothing was added then.</param>
    /// <exception cref="ArgumentException">As for bytes.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Add<T>(in CacheKey key, T value, IPayloadSerializer<T> serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        AddWith(key, value, serializer);
    }

    /// <summary>Adds an entry whose value is written as JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key; it is copied.</param>
    /// <param name="value">The value, not <c>null</c>.</param>
    /// <param name="typeInfo">How the type is written, for example <c>AppJson.Default.User</c>.</param>
    /// <exception cref="ArgumentException">As for bytes.</exception>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Add<T>(in CacheKey key, T value, JsonTypeInfo<T> typeInfo) => AddWith(key, value, new JsonPayload<T>(typeInfo));

    /// <summary>Removes all entries.</summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public void Clear()
    {
        Buffer.Clear();
        Keys.Clear();
        LongestBytes = 0;
    }

    /// <summary>Gives the buffers back. The batch must not be used afterwards.</summary>
    public void Dispose()
    {
        _values?.Return();
        _values = null;
        Keys.Dispose();
    }

    internal ReadOnlySequence<byte> ValueOf(int index) => new(Buffer.WrittenMemory[StartOf(index).._ends[index]]);

    private int StartOf(int index) => index == 0 ? 0 : _ends[index - 1];

    private void AddWith<T, TSerializer>(in CacheKey key, T value, TSerializer serializer)
        where TSerializer : IPayloadSerializer<T>
    {
        if (value is null)
            throw new ArgumentNullException(nameof(value), "The value is null; a cache cannot tell a stored null from nothing. Store a value that stands for \"none\", or remove the key.");
        PayloadBuffer values = Buffer;
        int count = Count;
        Keys.Add(key);
        try
        {
            serializer.Write(value, values);
        }
        catch
        {
            values.Cut(StartOf(count));
            Keys.RemoveLast();
            throw;
        }

        End();
    }

    /// <summary>Notes where the value of the last key ends.</summary>
    private void End()
    {
        int last = Count - 1;
        if (last == _ends.Length)
            Array.Resize(ref _ends, Math.Max(16, 2 * last));
        _ends[last] = Buffer.LengthBytes;
        LongestBytes = Math.Max(LongestBytes, _ends[last] - StartOf(last));
    }
}
