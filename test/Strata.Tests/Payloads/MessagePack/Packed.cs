using System.Buffers;
using Strata.Payloads;
using Strata.Payloads.MessagePack;

namespace Strata.Tests.Payloads.MessagePack;

/// <summary>Writes and reads, with the bytes as hexadecimal text.</summary>
internal static class Packed
{
    internal delegate void WriteCall(ref MessagePackWriter writer);

    internal delegate bool ReadCall(ref MessagePackReader reader);

    public static string Hex(WriteCall write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        write(ref writer);
        writer.Flush();
        return Convert.ToHexStringLower(bytes.WrittenSpan);
    }

    /// <summary>Reads what must be the whole of the bytes.</summary>
    public static bool Reads(string hex, ReadCall read)
    {
        var reader = new MessagePackReader(Bytes(hex));
        return read(ref reader) && reader.IsAtEnd;
    }

    /// <summary>Whether a read is refused and leaves the reader where it was.</summary>
    public static bool Refuses(byte[] bytes, ReadCall read)
    {
        var reader = new MessagePackReader(bytes);
        MessagePackKind kind = reader.NextKind;
        return !read(ref reader) && reader.NextKind == kind && !reader.IsAtEnd;
    }

    public static string Hex<T, TFormat>(T value)
        where TFormat : IMessagePackFormat<T> => Convert.ToHexStringLower(Write(PayloadSerializer.MessagePack<T, TFormat>(), value));

    public static byte[] Write<T>(IPayloadSerializer<T> serializer, T value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        serializer.Write(value, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    public static bool TryRead<T>(IPayloadSerializer<T> serializer, string hex, out T? value) => serializer.TryRead(new(Bytes(hex)), out value);

    public static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
