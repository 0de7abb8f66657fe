using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Strata.Entries;
using Strata.Keys;

namespace Strata.Invalidation;

/// <summary>
/// What stands for tags inside this process: a 64-bit keyed hash of their UTF-8. Two tags that share an id, about one chance in 2^64 for a pair, are invalidated together: too much then, never too little.
/// </summary>
internal static class TagIds
{
    /// <summary>The id of <see cref="EntryOptions.EveryTag"/>: it has no other's.</summary>
    public const ulong Every = 0;

    /// <summary>The ids of an entry take at most so many bytes.</summary>
    public const int MaxBytes = EntryOptions.MaxTags * sizeof(ulong);

    /// <summary>The id of a tag that was checked.</summary>
    public static ulong Of(string tag)
    {
        if (tag == EntryOptions.EveryTag)
            return Every;
        Span<byte> utf8 = stackalloc byte[EntryOptions.MaxTagBytes];
        ulong id = KeyFingerprint.ComputeLong(utf8[..Encoding.UTF8.GetBytes(tag, utf8)]);
        return id == Every ? 1 : id;
    }

    /// <summary>Writes the ids of an entry's tags as its notes keep them.</summary>
    /// <param name="tags">Tags that were checked.</param>
    /// <param name="destination">Room for so many ids.</param>
    /// <returns>The part of the destination that was written.</returns>
    public static ReadOnlySpan<byte> Write(ImmutableArray<string> tags, Span<byte> destination)
    {
        for (int i = 0; i < tags.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(i * sizeof(ulong))..], Of(tags[i]));
        return destination[..(tags.Length * sizeof(ulong))];
    }

    /// <summary>The ids of an entry's tags as its notes keep them.</summary>
    public static byte[] ToBytes(ImmutableArray<string> tags)
    {
        byte[] bytes = tags.IsEmpty ? [] : new byte[tags.Length * sizeof(ulong)];
        Write(tags, bytes);
        return bytes;
    }
}
