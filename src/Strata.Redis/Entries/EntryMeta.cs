using System.Buffers.Binary;
using Strata.Entries;

namespace Strata.Redis.Entries;

/// <summary>The field <c>m</c> of an entry. Whatever is not laid out like this is not ours.</summary>
/// <remarks>
/// <code>
/// 0   2  'S' and the version of the layout, 1
/// 2   1  'E' an entry, 'R' a removal
/// 3   8  stamp, microseconds of the server's clock
/// 11  8  fresh until, milliseconds of the server's clock; 0 for ever
/// 19  8  stale grace after that, milliseconds
/// 27  1  number of tags, then for each
///     2    length of the tag
///     n    the tag, UTF-8
///     8    its version when the entry was written
///     4    the number of its rules then
/// </code>
/// All numbers are big-endian. The first 19 bytes are written by scripts, on the server.
/// </remarks>
internal readonly ref struct EntryMeta
{
    public const byte Magic = (byte)'S';
    public const byte Version = 1;
    public const int HeaderBytes = 28;
    public const int TagFixedBytes = 14;

    /// <summary>The year 10889: no clock shows more.</summary>
    private const long MaxTimeMs = 1L << 48;

    private const byte EntryKind = (byte)'E';
    private const byte RemovalKind = (byte)'R';

    private readonly ReadOnlySpan<byte> _tags;

    private EntryMeta(ReadOnlySpan<byte> bytes)
    {
        IsRemoval = bytes[2] == RemovalKind;
        Stamp = BinaryPrimitives.ReadInt64BigEndian(bytes[3..]);
        FreshUntilMs = BinaryPrimitives.ReadInt64BigEndian(bytes[11..]);
        GraceMs = BinaryPrimitives.ReadInt64BigEndian(bytes[19..]);
        TagCount = bytes[27];
        _tags = bytes[HeaderBytes..];
    }

    public bool IsRemoval { get; }

    public long Stamp { get; }

    public long FreshUntilMs { get; }

    public long GraceMs { get; }

    public int TagCount { get; }

    /// <summary>The tags, to be read one after another by <see cref="EntryTag.Read"/>.</summary>
    public ReadOnlySpan<byte> Tags => _tags;

    /// <summary>What a script writes behind the stamp of an entry. In the place of the moment until which the value is fresh stands its time to live, which the server adds to its clock.</summary>
    /// <param name="ttlMs">The time to live, 0 for ever.</param>
    /// <param name="graceMs">The stale grace after that.</param>
    /// <param name="tags">The number of the tags, and the tags.</param>
    public static byte[] Rest(long ttlMs, long graceMs, ReadOnlySpan<byte> tags)
    {
        byte[] rest = new byte[2 * sizeof(long) + tags.Length];
        BinaryPrimitives.WriteInt64BigEndian(rest, ttlMs);
        BinaryPrimitives.WriteInt64BigEndian(rest.AsSpan(sizeof(long)), graceMs);
        tags.CopyTo(rest.AsSpan(2 * sizeof(long)));
        return rest;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out EntryMeta meta)
    {
        meta = default;
        if (bytes.Length < HeaderBytes || bytes[0] != Magic || bytes[1] != Version || bytes[2] is not (EntryKind or RemovalKind))
            return false;
        var read = new EntryMeta(bytes);
        if (read.Stamp < 0 || read.FreshUntilMs is < 0 or > MaxTimeMs || read.GraceMs < 0 || read.GraceMs > MaxTimeMs || read.TagCount > EntryOptions.MaxTags)
            return false;
        ReadOnlySpan<byte> rest = read._tags;
        for (int i = 0; i < read.TagCount; i++)
        {
            int lengthBytes = rest.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16BigEndian(rest);
            if (lengthBytes is 0 or > EntryOptions.MaxTagBytes || rest.Length < lengthBytes + TagFixedBytes)
                return false;
            rest = rest[(lengthBytes + TagFixedBytes)..];
        }

        if (!rest.IsEmpty)
            return false;
        meta = read;
        return true;
    }
}
