using System.Buffers;
using System.Buffers.Binary;
using Strata.Payloads.MessagePack;
using Strata.TestKit.Bytes;
using Strata.TestKit.Payloads;

namespace Strata.Engine.Stress.Fuzz.Targets;

/// <summary>Values of any kind, read by what they say of themselves and written again.</summary>
internal sealed class MessagePackTarget : IFuzzTarget
{
    private readonly ArrayBufferWriter<byte> _written = new(4 * 1024);
    private readonly ArrayBufferWriter<byte> _writtenAgain = new(4 * 1024);

    public string Name => "messagepack";

    public byte[] MakeValid(Random random)
    {
        var numbers = new SplitMix64((ulong)random.NextInt64());
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(bytes);
        RandomMessagePack.Write(ref writer, ref numbers, RandomMessagePack.MaxDepth);
        writer.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>There is no seal. Instead a head is put in that claims about as many values or bytes as are left, or opens levels.</summary>
    public byte[] Repair(byte[] input, Random random) => Claim(input, random);

    /// <summary>Text is made of its bytes: two for each, and an object.</summary>
    public long MaxAllocatedBytes(int inputBytes) => 1_024 + (32L * inputBytes);

    public bool Decode(ReadOnlySpan<byte> input, FuzzKind kind, Random random)
    {
        var skipped = new MessagePackReader(input);
        bool isWhole = skipped.TrySkip() && skipped.IsAtEnd;
        // Skipping looks neither at text nor at times, and goes to any depth: it may accept more.
        if (!TryRewrite(input, _written))
            return false;
        if (!isWhole)
            throw new FuzzException("a value was read that could not be skipped");
        if (kind == FuzzKind.Valid && !_written.WrittenSpan.SequenceEqual(input))
            throw new FuzzException("a valid value came back in other bytes");
        if (!TryRewrite(_written.WrittenSpan, _writtenAgain) || !_writtenAgain.WrittenSpan.SequenceEqual(_written.WrittenSpan))
            throw new FuzzException("what was written is not read as it was meant");
        return true;
    }

    public void Dispose()
    {
    }

    /// <summary>Puts one head into an input, with a length or a count of about what is behind it, or many heads that open a level each.</summary>
    public static byte[] Claim(byte[] input, Random random)
    {
        int at = random.Next(input.Length + 1);
        if (random.Next(8) == 0)
            return [.. input[..at], .. Enumerable.Repeat((byte)(0x91 - (random.Next(2) << 4)), random.Next(200)), .. input[at..]];
        byte[] head = [(byte)(0xd9 + random.Next(7)), 0, 0, 0, 0];
        if (random.Next(3) == 0)
            head[0] = (byte)(0xc4 + random.Next(6));
        int width = head[0] switch
        {
            0xc4 or 0xc7 or 0xd9 => 1,
            0xc5 or 0xc8 or 0xda or 0xdc or 0xde => 2,
            _ => 4,
        };
        uint claimed = random.Next(8) == 0 ? uint.MaxValue >> random.Next(32) : (uint)Math.Max(0, input.Length - at + random.Next(-4, 3));
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(1), claimed << (8 * (4 - width)));
        return [.. input[..at], .. head[..(1 + width)], .. input[Math.Min(input.Length, at + random.Next(3))..]];
    }

    private static bool TryRewrite(ReadOnlySpan<byte> input, ArrayBufferWriter<byte> destination)
    {
        destination.ResetWrittenCount();
        var reader = new MessagePackReader(input);
        var writer = new MessagePackWriter(destination);
        if (!TryCopy(ref reader, ref writer) || !reader.IsAtEnd)
            return false;
        writer.Flush();
        return true;
    }

    private static bool TryCopy(ref MessagePackReader reader, ref MessagePackWriter writer)
    {
        switch (reader.NextKind)
        {
            case MessagePackKind.Nil when reader.TryReadNil():
                writer.WriteNil();
                return true;
            case MessagePackKind.Boolean when reader.TryReadBoolean(out bool isTrue):
                writer.WriteBoolean(isTrue);
                return true;
            case MessagePackKind.Integer when reader.TryReadInt64(out long signed):
                writer.WriteInt64(signed);
                return true;
            case MessagePackKind.Integer when reader.TryReadUInt64(out ulong unsigned):
                writer.WriteUInt64(unsigned);
                return true;
            case MessagePackKind.Float when reader.TryReadDouble(out double number):
                writer.WriteDouble(number);
                return true;
            case MessagePackKind.String when reader.TryReadString(out string? text):
                writer.WriteString(text);
                return true;
            case MessagePackKind.Binary when reader.TryReadBinary(out ReadOnlySpan<byte> bytes):
                writer.WriteBinary(bytes);
                return true;
            case MessagePackKind.Extension when reader.TryReadTimestamp(out long seconds, out uint nanoseconds):
                writer.WriteTimestamp(seconds, nanoseconds);
                return true;
            case MessagePackKind.Extension when reader.TryReadExtension(out sbyte type, out ReadOnlySpan<byte> body):
                writer.WriteExtension(type, body);
                return true;
            case MessagePackKind.Array when reader.TryBeginArray(out int count):
                writer.BeginArray(count);
                return TryCopyAll(ref reader, ref writer, count);
            case MessagePackKind.Map when reader.TryBeginMap(out int count):
                writer.BeginMap(count);
                return TryCopyAll(ref reader, ref writer, 2 * count);
            default:
                return false;
        }
    }

    private static bool TryCopyAll(ref MessagePackReader reader, ref MessagePackWriter writer, int values)
    {
        for (int i = 0; i < values; i++)
        {
            if (!TryCopy(ref reader, ref writer))
                return false;
        }

        reader.End();
        writer.End();
        return true;
    }
}
