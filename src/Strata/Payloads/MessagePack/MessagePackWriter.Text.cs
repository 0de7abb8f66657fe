using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Strata.Payloads.MessagePack;

public ref partial struct MessagePackWriter
{
    /// <summary>Writes text as UTF-8.</summary>
    /// <param name="value">The text.</param>
    /// <exception cref="ArgumentException">The text is not well-formed UTF-16, so it would not come back as it went in.</exception>
    public void WriteString(scoped ReadOnlySpan<char> value)
    {
        int lengthBytes = Encoding.UTF8.GetByteCount(value);
        WriteStringHead(lengthBytes);
        if (Utf8.FromUtf16(value, Reserve(lengthBytes), out _, out int written, replaceInvalidSequences: false) != OperationStatus.Done)
            throw new ArgumentException("The text is not well-formed UTF-16 (a surrogate stands alone), so it has no UTF-8 form that reads back as it was.", nameof(value));
        _usedBytes += written;
    }

    /// <summary>Writes text that is UTF-8 already. Whether it is well formed is not checked.</summary>
    /// <param name="utf8">The text.</param>
    public void WriteUtf8(scoped ReadOnlySpan<byte> utf8)
    {
        WriteStringHead(utf8.Length);
        WriteBytes(utf8);
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    public void WriteBinary(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= byte.MaxValue)
            WriteHead(MessagePackCode.Bin8, (byte)bytes.Length);
        else if (bytes.Length <= ushort.MaxValue)
            WriteHead(MessagePackCode.Bin16, (ushort)bytes.Length);
        else
            WriteHead(MessagePackCode.Bin32, (uint)bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>Writes bytes of a type of your own.</summary>
    /// <param name="typeCode">The type: 0 to 127 are yours, what is below zero is the specification's.</param>
    /// <param name="body">The bytes.</param>
    public void WriteExtension(sbyte typeCode, scoped ReadOnlySpan<byte> body)
    {
        switch (body.Length)
        {
            case 1:
                WriteByte(MessagePackCode.FixExt1);
                break;
            case 2:
                WriteByte(MessagePackCode.FixExt2);
                break;
            case 4:
                WriteByte(MessagePackCode.FixExt4);
                break;
            case 8:
                WriteByte(MessagePackCode.FixExt8);
                break;
            case 16:
                WriteByte(MessagePackCode.FixExt16);
                break;
            case <= byte.MaxValue:
                WriteHead(MessagePackCode.Ext8, (byte)body.Length);
                break;
            case <= ushort.MaxValue:
                WriteHead(MessagePackCode.Ext16, (ushort)body.Length);
                break;
            default:
                WriteHead(MessagePackCode.Ext32, (uint)body.Length);
                break;
        }

        WriteByte((byte)typeCode);
        WriteBytes(body);
    }

    private void WriteStringHead(int lengthBytes)
    {
        if (lengthBytes <= MessagePackCode.MaxFixStrBytes)
            WriteByte((byte)(MessagePackCode.FixStr | lengthBytes));
        else if (lengthBytes <= byte.MaxValue)
            WriteHead(MessagePackCode.Str8, (byte)lengthBytes);
        else if (lengthBytes <= ushort.MaxValue)
            WriteHead(MessagePackCode.Str16, (ushort)lengthBytes);
        else
            WriteHead(MessagePackCode.Str32, (uint)lengthBytes);
    }
}
