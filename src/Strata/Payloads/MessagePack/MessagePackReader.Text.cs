using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace Strata.Payloads.MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Reads text. Bytes that are not well-formed UTF-8 are refused.</summary>
    /// <param name="value">The text.</param>
    public bool TryReadString([NotNullWhen(true)] out string? value)
    {
        MessagePackReader start = this;
        if (TryReadUtf8(out ReadOnlySpan<byte> utf8) && Utf8.IsValid(utf8))
        {
            value = Encoding.UTF8.GetString(utf8);
            return true;
        }

        this = start;
        value = null;
        return false;
    }

    /// <summary>Reads text as it is kept: bytes of UTF-8, whose form is not checked.</summary>
    /// <param name="utf8">The bytes, a part of what is read from.</param>
    public bool TryReadUtf8(out ReadOnlySpan<byte> utf8)
    {
        byte code = NextCode;
        int headBytes = 1;
        uint length = code & (uint)MessagePackCode.MaxFixStrBytes;
        if ((code & 0xe0) == MessagePackCode.FixStr
            || (code is >= MessagePackCode.Str8 and <= MessagePackCode.Str32 && TryPeekLength(code - MessagePackCode.Str8, out headBytes, out length)))
        {
            return TryTakeBody(headBytes, length, out utf8);
        }

        utf8 = default;
        return false;
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="bytes">The bytes, a part of what is read from.</param>
    public bool TryReadBinary(out ReadOnlySpan<byte> bytes)
    {
        byte code = NextCode;
        if (code is >= MessagePackCode.Bin8 and <= MessagePackCode.Bin32 && TryPeekLength(code - MessagePackCode.Bin8, out int headBytes, out uint length))
            return TryTakeBody(headBytes, length, out bytes);
        bytes = default;
        return false;
    }

    /// <summary>Reads bytes with a type code.</summary>
    /// <param name="typeCode">The type: what is below zero is the specification's.</param>
    /// <param name="body">The bytes, a part of what is read from.</param>
    public bool TryReadExtension(out sbyte typeCode, out ReadOnlySpan<byte> body)
    {
        byte code = NextCode;
        typeCode = 0;
        body = default;
        int headBytes = 1;
        uint length;
        if (code is >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16)
            length = 1u << (code - MessagePackCode.FixExt1);
        else if (code is < MessagePackCode.Ext8 or > MessagePackCode.Ext32 || !TryPeekLength(code - MessagePackCode.Ext8, out headBytes, out length))
            return false;

        ReadOnlySpan<byte> rest = _bytes[(_offset + headBytes)..];
        if (rest.IsEmpty || !TryTakeBody(headBytes + 1, length, out body))
            return false;
        typeCode = (sbyte)rest[0];
        return true;
    }

    private bool TryTakeBody(int headBytes, uint lengthBytes, out ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> rest = _bytes[(_offset + headBytes)..];
        body = default;
        if (lengthBytes > (uint)rest.Length)
            return false;
        body = rest[..(int)lengthBytes];
        Take(headBytes + (int)lengthBytes);
        return true;
    }
}
