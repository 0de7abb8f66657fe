using System.Buffers;
using System.Buffers.Binary;

namespace Strata.Payloads.MessagePack;

/// <summary>Writes values in the MessagePack format, each in its smallest form. It allocates nothing.</summary>
/// <remarks>
/// The format is that of the MessagePack specification with str, bin and timestamps. What was written reaches the buffer writer with <see cref="Flush"/>, or
/// earlier when the writer's span is full.
/// </remarks>
public ref partial struct MessagePackWriter
{
    /// <summary>How deep arrays and maps may be nested. A graph with a cycle meets this limit rather than the end of the stack.</summary>
    public const int MaxDepth = 64;

    /// <summary>A head: the first byte and at most eight more.</summary>
    private const int MaxHeadBytes = 9;

    private readonly IBufferWriter<byte> _destination;
    private Span<byte> _span;
    private int _usedBytes;
    private int _depth;

    /// <summary>Makes a writer.</summary>
    /// <param name="destination">Receives the bytes.</param>
    public MessagePackWriter(IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        _destination = destination;
    }

    /// <summary>Gives what was written to the buffer writer.</summary>
    public void Flush()
    {
        if (_usedBytes > 0)
            _destination.Advance(_usedBytes);
        _span = default;
        _usedBytes = 0;
    }

    /// <summary>Begins an array; its values follow, then <see cref="End"/>.</summary>
    /// <param name="count">The number of values.</param>
    /// <exception cref="InvalidOperationException">More than <see cref="MaxDepth"/> arrays and maps are open.</exception>
    public void BeginArray(int count) => Begin(count, MessagePackCode.FixArray, MessagePackCode.Array16);

    /// <summary>Begins a map; a key and a value for each entry follow, then <see cref="End"/>.</summary>
    /// <param name="count">The number of entries.</param>
    /// <exception cref="InvalidOperationException">More than <see cref="MaxDepth"/> arrays and maps are open.</exception>
    public void BeginMap(int count) => Begin(count, MessagePackCode.FixMap, MessagePackCode.Map16);

    /// <summary>Ends the array or map that was begun last. It writes nothing.</summary>
    public void End() => _depth--;

    /// <summary>Writes nil.</summary>
    public void WriteNil() => WriteByte(MessagePackCode.Nil);

    /// <summary>Writes true or false.</summary>
    /// <param name="value">The value.</param>
    public void WriteBoolean(bool value) => WriteByte(value ? MessagePackCode.True : MessagePackCode.False);

    private void Begin(int count, byte fixCode, byte code16)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_depth == MaxDepth)
            throw new InvalidOperationException($"The value nests arrays and maps deeper than {MaxDepth}, or refers to itself.");
        _depth++;
        if (count <= MessagePackCode.MaxFixCount)
            WriteByte((byte)(fixCode | count));
        else if (count <= ushort.MaxValue)
            WriteHead(code16, (ushort)count);
        else
            WriteHead((byte)(code16 + 1), (uint)count);
    }

    private void WriteByte(byte value)
    {
        Reserve(1)[0] = value;
        _usedBytes++;
    }

    private void WriteHead(byte code, byte value)
    {
        Span<byte> span = Reserve(2);
        span[0] = code;
        span[1] = value;
        _usedBytes += 2;
    }

    private void WriteHead(byte code, ushort value)
    {
        Span<byte> span = Reserve(3);
        span[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
        _usedBytes += 3;
    }

    private void WriteHead(byte code, uint value)
    {
        Span<byte> span = Reserve(5);
        span[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
        _usedBytes += 5;
    }

    private void WriteHead(byte code, ulong value)
    {
        Span<byte> span = Reserve(MaxHeadBytes);
        span[0] = code;
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
        _usedBytes += MaxHeadBytes;
    }

    /// <summary>The free part of the span, at least <paramref name="bytes"/> long.</summary>
    private Span<byte> Reserve(int bytes)
    {
        if (_span.Length - _usedBytes < bytes)
        {
            Flush();
            _span = _destination.GetSpan(bytes);
        }

        return _span[_usedBytes..];
    }

    private void WriteBytes(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _usedBytes += bytes.Length;
    }
}
