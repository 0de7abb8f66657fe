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
    /// <summary>Stands for tags that nobody knows, of a value from a tier that cannot tell them: every tag may be among them.</summary>
    public const ulong Unknown = 0;

    private static readonly byte[] s_unknown = new byte[sizeof(ulong)];

    /// <summary>The notes of an entry whose tags nobody knows.</summary>
    public static ReadOnlySpan<byte> UnknownBytes => s_unknown;

    /// <summary>The id of a tag that was checked.</summary>
    public static ulong Of(string tag)
    {
        Span<byte> utf8 = stackalloc byte[EntryOptions.MaxTagBytes];
        ulong id = KeyFingerprint.ComputeLong(utf8[..Encoding.UTF8.GetBytes(tag, utf8)]);
        return id == Unknown ? 1 : id;
    }

    /// <summary>Writes the ids of an entry's tags as its notes keep them.</summary>
    /// <param name="tags">Tags that were checked.</param>
    /// <param name="destination">Room for <see cref="EntryOptions.MaxTags"/> ids.</param>
    /// <returns>The part of the destination that was written.</returns>
    public static ReadOnlySpan<byte> Write(ImmutableArray<string> tags, Span<byte> destination)
    {
        for (int i = 0; i < tags.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(i * sizeof(ulong))..], Of(tags[i]));
        return destination[..(tags.Length * sizeof(ulong))];
    }
}
