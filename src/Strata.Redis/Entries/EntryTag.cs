using System.Buffers.Binary;

namespace Strata.Redis.Entries;

/// <summary>One tag of an entry, with what was known of it when the entry was written.</summary>
internal readonly ref struct EntryTag
{
    private EntryTag(ReadOnlySpan<byte> name, long version, int rules)
    {
        Name = name;
        Version = version;
        Rules = rules;
    }

    public ReadOnlySpan<byte> Name { get; }

    public long Version { get; }

    public int Rules { get; }

    /// <summary>Takes the first tag off checked bytes.</summary>
    public static EntryTag Read(ref ReadOnlySpan<byte> tags)
    {
        int lengthBytes = BinaryPrimitives.ReadUInt16BigEndian(tags);
        ReadOnlySpan<byte> rest = tags[(2 + lengthBytes)..];
        var tag = new EntryTag(tags.Slice(2, lengthBytes), BinaryPrimitives.ReadInt64BigEndian(rest), BinaryPrimitives.ReadInt32BigEndian(rest[8..]));
        tags = rest[12..];
        return tag;
    }

    /// <returns>The bytes written.</returns>
    public static int Write(Span<byte> destination, ReadOnlySpan<byte> name, long version, int rules)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)name.Length);
        name.CopyTo(destination[2..]);
        BinaryPrimitives.WriteInt64BigEndian(destination[(2 + name.Length)..], version);
        BinaryPrimitives.WriteInt32BigEndian(destination[(10 + name.Length)..], rules);
        return name.Length + EntryMeta.TagFixedBytes;
    }
}
