namespace Strata.Payloads.MessagePack;

/// <summary>
/// Reads values in the MessagePack format from bytes that nobody vouches for. Every call says whether it could: <c>false</c> when the next value is of
/// another kind, too large for the type, malformed, or cut off. The reader then stays where it was. It never throws for what the bytes hold, and never
/// reads beyond them.
/// </summary>
/// <remarks>
/// It counts the values that open arrays and maps still owe. A count is believed only if the bytes that are left could hold one byte for each of them, so
/// all counts of a payload together are at most its length: what a caller allocates by them is bounded by that too. A value is read to its end when
/// <see cref="IsAtEnd"/> is <c>true</c>.
/// </remarks>
public ref partial struct MessagePackReader
{
    /// <summary>How deep arrays and maps may be nested, as for <see cref="MessagePackWriter"/>.</summary>
    public const int MaxDepth = MessagePackWriter.MaxDepth;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _offset;
    private int _owedValues = 1;
    private int _depth;

    /// <summary>Makes a reader for one value, which may be an array or a map.</summary>
    /// <param name="bytes">The bytes, which must not change while they are read.</param>
    public MessagePackReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Whether the value was read completely and nothing follows it.</summary>
    public readonly bool IsAtEnd => _owedValues == 0 && _offset == _bytes.Length;

    /// <summary>The kind of the next value.</summary>
    public readonly MessagePackKind NextKind => NextCode switch
    {
        <= MessagePackCode.MaxPositiveFixInt or >= MessagePackCode.MinNegativeFixInt => MessagePackKind.Integer,
        < MessagePackCode.FixArray => MessagePackKind.Map,
        < MessagePackCode.FixStr => MessagePackKind.Array,
        < MessagePackCode.Nil => MessagePackKind.String,
        MessagePackCode.Nil => MessagePackKind.Nil,
        MessagePackCode.NeverUsed => MessagePackKind.None,
        <= MessagePackCode.True => MessagePackKind.Boolean,
        <= MessagePackCode.Bin32 => MessagePackKind.Binary,
        <= MessagePackCode.Ext32 => MessagePackKind.Extension,
        <= MessagePackCode.Float64 => MessagePackKind.Float,
        <= MessagePackCode.Int64 => MessagePackKind.Integer,
        <= MessagePackCode.FixExt16 => MessagePackKind.Extension,
        <= MessagePackCode.Str32 => MessagePackKind.String,
        <= MessagePackCode.Array32 => MessagePackKind.Array,
        _ => MessagePackKind.Map,
    };

    /// <summary>The first byte of the next value, or the one that begins none when there is no next value.</summary>
    private readonly byte NextCode => _owedValues > 0 && (uint)_offset < (uint)_bytes.Length ? _bytes[_offset] : MessagePackCode.NeverUsed;

    /// <summary>What follows the first byte. Only to be called when there is one.</summary>
    private readonly ReadOnlySpan<byte> Tail => _bytes[(_offset + 1)..];

    /// <summary>Reads nil, if that is what comes.</summary>
    public bool TryReadNil()
    {
        if (NextCode != MessagePackCode.Nil)
            return false;
        Take(1);
        return true;
    }

    /// <summary>Reads true or false.</summary>
    /// <param name="value">The value.</param>
    public bool TryReadBoolean(out bool value)
    {
        byte code = NextCode;
        value = code == MessagePackCode.True;
        if (code is not (MessagePackCode.True or MessagePackCode.False))
            return false;
        Take(1);
        return true;
    }

    /// <summary>Passes over one value, with all that is in it. Any depth will do: it needs no stack.</summary>
    public bool TrySkip()
    {
        MessagePackReader start = this;
        do
        {
            if (!TrySkipHead())
            {
                this = start;
                return false;
            }
        }
        while (_owedValues >= start._owedValues);
        return true;
    }

    private bool TrySkipHead() => NextKind switch
    {
        MessagePackKind.Nil => TryReadNil(),
        MessagePackKind.Boolean => TryReadBoolean(out _),
        MessagePackKind.Integer => TryReadInt64(out _) || TryReadUInt64(out _),
        MessagePackKind.Float => TryReadDouble(out _),
        MessagePackKind.String => TryReadUtf8(out _),
        MessagePackKind.Binary => TryReadBinary(out _),
        MessagePackKind.Extension => TryReadExtension(out _, out _),
        MessagePackKind.Array => TryTakeCount(MessagePackCode.FixArray, MessagePackCode.Array16, 1, out _),
        MessagePackKind.Map => TryTakeCount(MessagePackCode.FixMap, MessagePackCode.Map16, 2, out _),
        _ => false,
    };

    private void Take(int bytes)
    {
        _offset += bytes;
        _owedValues--;
    }
}
