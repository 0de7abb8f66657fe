using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Strata.Invalidation;

namespace Strata.Backplane;

/// <summary>
/// The bytes of a message. Little-endian.
/// <code>
///  ┌──────────────┬───────────┬────────────────────────┬─────────┬────────────┬───────────┬───────────────┐
///  │ 'S' 'B'    2 │ version 1 │ kind 1 (bit 7: has tag) │ node 16 │ sequence 8 │ changes … │ tag 16, or 0  │
///  └──────────────┴───────────┴────────────────────────┴─────────┴────────────┴───────────┴───────────────┘
///  a change: kind 1, then by kind: length 2 and bytes; or count 1 and as many texts of length 2 and bytes; or nothing
/// </code>
/// </summary>
/// <remarks>Whoever reads it checks all of it before anything of it is believed. The tag is HMAC-SHA256, cut to 128 bits, over all that stands before it.</remarks>
internal static class MessageFormat
{
    public const int HeaderBytes = 4 + 16 + 8;
    public const int TagBytes = 16;
    public const byte Version = 1;
    private const byte HasTag = 0x80;

    /// <summary>No change is longer: 64 tags of 256 bytes with their lengths.</summary>
    public const int MaxChangeBytes = 2 + InvalidationRule.MaxTags * (2 + Entries.EntryOptions.MaxTagBytes);

    /// <summary>Writes all but the changes, which follow it.</summary>
    public static void WriteHeader(List<byte> to, in MessageHeader header, bool hasTag)
    {
        Span<byte> bytes = stackalloc byte[HeaderBytes];
        bytes[0] = (byte)'S';
        bytes[1] = (byte)'B';
        bytes[2] = Version;
        bytes[3] = (byte)((byte)header.Kind | (hasTag ? HasTag : 0));
        BinaryPrimitives.WriteUInt128LittleEndian(bytes[4..], header.Node);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[20..], header.Sequence);
        to.AddRange(bytes);
    }

    public static void WriteKey(List<byte> to, ReadOnlySpan<byte> key)
    {
        to.Add((byte)ChangeKind.Key);
        WriteBytes(to, key);
    }

    /// <param name="to">Receives the change.</param>
    /// <param name="rule">The rule; <c>null</c> for everything.</param>
    public static void WriteRule(List<byte> to, InvalidationRule? rule)
    {
        switch (rule?.Kind)
        {
            case null:
                to.Add((byte)ChangeKind.Everything);
                break;
            case InvalidationKind.Prefix:
                to.Add((byte)ChangeKind.Prefix);
                WriteBytes(to, rule.Prefix.Span);
                break;
            case InvalidationKind.Pattern:
                to.Add((byte)ChangeKind.Pattern);
                WriteBytes(to, Encoding.UTF8.GetBytes(rule.Pattern!));
                break;
            default:
                to.Add((byte)(rule.Kind == InvalidationKind.AllTags ? ChangeKind.AllTags : ChangeKind.AnyTag));
                to.Add((byte)rule.Tags.Length);
                foreach (string tag in rule.Tags)
                    WriteBytes(to, Encoding.UTF8.GetBytes(tag));
                break;
        }
    }

    /// <summary>Ends a message.</summary>
    public static byte[] Seal(List<byte> message, ReadOnlySpan<byte> key)
    {
        var bytes = new byte[message.Count + (key.IsEmpty ? 0 : TagBytes)];
        message.CopyTo(bytes);
        if (!key.IsEmpty)
            WriteTag(key, bytes.AsSpan(0, message.Count), bytes.AsSpan(message.Count));
        return bytes;
    }

    /// <summary>Reads what a message begins with, once it has been authenticated.</summary>
    /// <param name="message">The message.</param>
    /// <param name="key">The secret; empty for messages without a tag.</param>
    /// <param name="header">What was read.</param>
    /// <param name="changes">Where the changes lie.</param>
    /// <returns><c>false</c> for what is no message, or not of one who has the key.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, out MessageHeader header, out Range changes)
    {
        header = default;
        changes = default;
        int end = message.Length - (key.IsEmpty ? 0 : TagBytes);
        if (end < HeaderBytes || message.Length > BackplaneOptions.MaxMessageBytes || message[0] != (byte)'S' || message[1] != (byte)'B' || message[2] != Version)
            return false;
        if ((message[3] & HasTag) != 0 == key.IsEmpty || !HasValidTag(message, end, key))
            return false;
        header = new((MessageKind)(message[3] & ~HasTag), BinaryPrimitives.ReadUInt128LittleEndian(message[4..]), BinaryPrimitives.ReadInt64LittleEndian(message[20..]));
        changes = HeaderBytes..end;
        return header.Kind switch
        {
            MessageKind.Announcement => header.Sequence >= 0 && end == HeaderBytes,
            MessageKind.Changes => header.Sequence > 0 && end > HeaderBytes,
            _ => false,
        };
    }

    /// <summary>Reads all changes of a message.</summary>
    /// <returns><c>false</c> when one of them is none; nothing of the message is to be believed then.</returns>
    public static bool TryReadChanges(ReadOnlySpan<byte> message, Range range, [NotNullWhen(true)] out List<Change>? changes)
    {
        changes = [];
        (int at, int length) = range.GetOffsetAndLength(message.Length);
        var reader = new ChangeReader(message[..(at + length)], at);
        while (!reader.IsAtEnd)
        {
            if (!reader.TryRead(out Change change))
                return false;
            changes.Add(change);
        }

        return true;
    }

    private static void WriteBytes(List<byte> to, ReadOnlySpan<byte> bytes)
    {
        to.Add((byte)bytes.Length);
        to.Add((byte)(bytes.Length >> 8));
        to.AddRange(bytes);
    }

    private static bool HasValidTag(ReadOnlySpan<byte> message, int end, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            return true;
        Span<byte> tag = stackalloc byte[TagBytes];
        WriteTag(key, message[..end], tag);
        return CryptographicOperations.FixedTimeEquals(tag, message[end..]);
    }

    private static void WriteTag(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> tag)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, message, hash);
        hash[..TagBytes].CopyTo(tag);
    }
}
