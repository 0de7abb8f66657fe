namespace Strata.Payloads.MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Begins an array: that many values are to be read or skipped, then <see cref="End"/> called.</summary>
    /// <param name="count">The number of values, at most the number of bytes that are left.</param>
    /// <returns><c>false</c> also when <see cref="MaxDepth"/> arrays and maps are open.</returns>
    public bool TryBeginArray(out int count) => TryBegin(MessagePackCode.FixArray, MessagePackCode.Array16, 1, out count);

    /// <summary>Begins a map: that many keys and values, in turn, are to be read or skipped, then <see cref="End"/> called.</summary>
    /// <param name="count">The number of entries, at most half the number of bytes that are left.</param>
    /// <returns><c>false</c> also when <see cref="MaxDepth"/> arrays and maps are open.</returns>
    public bool TryBeginMap(out int count) => TryBegin(MessagePackCode.FixMap, MessagePackCode.Map16, 2, out count);

    /// <summary>Ends the array or map that was begun last. It reads nothing.</summary>
    public void End() => _depth--;

    private bool TryBegin(byte fixCode, byte code16, int valuesEach, out int count)
    {
        if (_depth == MaxDepth)
        {
            count = 0;
            return false;
        }

        if (!TryTakeCount(fixCode, code16, valuesEach, out count))
            return false;
        _depth++;
        return true;
    }

    private bool TryTakeCount(byte fixCode, byte code16, int valuesEach, out int count)
    {
        byte code = NextCode;
        count = 0;
        int headBytes = 1;
        uint declared = code & (uint)MessagePackCode.MaxFixCount;
        if ((code & 0xf0) != fixCode && !(code - code16 is 0 or 1 && TryPeekLength(code - code16 + 1, out headBytes, out declared)))
            return false;

        long owed = _owedValues - 1L + ((long)valuesEach * declared);
        if (owed > _bytes.Length - _offset - headBytes)
            return false;
        _offset += headBytes;
        _owedValues = (int)owed;
        count = (int)declared;
        return true;
    }

    /// <summary>Reads the length behind the first byte, which takes 1, 2 or 4 bytes.</summary>
    private readonly bool TryPeekLength(int log2Bytes, out int headBytes, out uint length)
    {
        ReadOnlySpan<byte> tail = Tail;
        int bytes = 1 << log2Bytes;
        headBytes = 1 + bytes;
        length = 0;
        if (tail.Length < bytes)
            return false;
        foreach (byte each in tail[..bytes])
            length = (length << 8) | each;
        return true;
    }
}
