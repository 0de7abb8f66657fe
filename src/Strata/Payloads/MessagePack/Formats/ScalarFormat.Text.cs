using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace Strata.Payloads.MessagePack.Formats;

public readonly partial struct ScalarFormat :
    IMessagePackFormat<string>,
    IMessagePackFormat<char>,
    IMessagePackFormat<decimal>,
    IMessagePackFormat<Guid>,
    IMessagePackFormat<Uri>,
    IMessagePackFormat<Version>,
    IMessagePackFormat<byte[]>,
    IMessagePackFormat<Memory<byte>>,
    IMessagePackFormat<ReadOnlyMemory<byte>>
{
    private const int GuidBytes = 36;
    private const int MaxDecimalBytes = 31;
    private const int MaxVersionBytes = 43;

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, string? value)
    {
        if (value is null)
            writer.WriteNil();
        else
            writer.WriteString(value);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out string? value)
    {
        value = null;
        return reader.TryReadNil() || reader.TryReadString(out value);
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, char value) => writer.WriteUInt64(value);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out char value)
    {
        bool isRead = TryRead(ref reader, out ushort code);
        value = (char)code;
        return isRead;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, decimal value)
    {
        Span<byte> text = stackalloc byte[MaxDecimalBytes];
        bool fits = value.TryFormat(text, out int lengthBytes, default, CultureInfo.InvariantCulture);
        Debug.Assert(fits, "A decimal has 29 digits, a sign and a point at most.");
        writer.WriteUtf8(text[..lengthBytes]);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out decimal value)
    {
        value = 0;
        return reader.TryReadUtf8(out ReadOnlySpan<byte> text) && Utf8Parser.TryParse(text, out value, out int read) && read == text.Length;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, Guid value)
    {
        Span<byte> text = stackalloc byte[GuidBytes];
        bool fits = value.TryFormat(text, out int lengthBytes);
        Debug.Assert(fits && lengthBytes == GuidBytes, "The form D has 36 characters.");
        writer.WriteUtf8(text);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out Guid value)
    {
        value = default;
        return reader.TryReadUtf8(out ReadOnlySpan<byte> text) && text.Length == GuidBytes && Utf8Parser.TryParse(text, out value, out int read, 'D') && read == GuidBytes;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, Uri? value)
    {
        if (value is null)
            writer.WriteNil();
        else
            writer.WriteString(value.OriginalString);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out Uri? value)
    {
        value = null;
        if (reader.TryReadNil())
            return true;
        return reader.TryReadString(out string? text) && Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out value);
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, Version? value)
    {
        if (value is null)
        {
            writer.WriteNil();
            return;
        }

        Span<byte> text = stackalloc byte[MaxVersionBytes];
        bool fits = value.TryFormat(text, out int lengthBytes);
        Debug.Assert(fits, "A version has four numbers of ten digits and three points at most.");
        writer.WriteUtf8(text[..lengthBytes]);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out Version? value)
    {
        value = null;
        if (reader.TryReadNil())
            return true;
        return reader.TryReadUtf8(out ReadOnlySpan<byte> text) && text.Length <= MaxVersionBytes && Version.TryParse(text, out value);
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, byte[]? value)
    {
        if (value is null)
            writer.WriteNil();
        else
            writer.WriteBinary(value);
    }

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out byte[]? value)
    {
        value = null;
        if (reader.TryReadNil())
            return true;
        if (!reader.TryReadBinary(out ReadOnlySpan<byte> bytes))
            return false;
        value = bytes.ToArray();
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, Memory<byte> value) => writer.WriteBinary(value.Span);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out Memory<byte> value)
    {
        value = default;
        if (!reader.TryReadBinary(out ReadOnlySpan<byte> bytes))
            return false;
        value = bytes.ToArray();
        return true;
    }

    /// <inheritdoc/>
    public static void Write(ref MessagePackWriter writer, ReadOnlyMemory<byte> value) => writer.WriteBinary(value.Span);

    /// <inheritdoc/>
    public static bool TryRead(ref MessagePackReader reader, out ReadOnlyMemory<byte> value)
    {
        value = default;
        if (!reader.TryReadBinary(out ReadOnlySpan<byte> bytes))
            return false;
        value = bytes.ToArray();
        return true;
    }
}
