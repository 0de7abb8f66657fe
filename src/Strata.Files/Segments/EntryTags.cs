using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Strata.Entries;
using Strata.Files.Layout;

namespace Strata.Files.Segments;

/// <summary>Tags as a record keeps them: eight bytes each, a hash with the store's key. Two tags with one id are invalidated together.</summary>
internal static class EntryTags
{
    public const int MaxCount = EntryOptions.MaxTags;
    public const int MaxBytes = MaxCount * sizeof(ulong);

    /// <summary>The id of <see cref="EntryOptions.EveryTag"/>.</summary>
    public const ulong Every = 0;

    public static void Write(ImmutableArray<string> tags, StoreKey key, Span<byte> to)
    {
        Span<byte> utf8 = stackalloc byte[EntryOptions.MaxTagBytes];
        foreach (string tag in tags)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(to, tag == EntryOptions.EveryTag ? Every : key.TagId(utf8[..Encoding.UTF8.GetBytes(tag, utf8)]));
            to = to[sizeof(ulong)..];
        }
    }

    public static bool HasAll(ReadOnlySpan<byte> tags, ReadOnlySpan<ulong> ids)
    {
        foreach (ulong id in ids)
        {
            bool has = false;
            for (ReadOnlySpan<byte> rest = tags; !rest.IsEmpty && !has; rest = rest[sizeof(ulong)..])
                has = BinaryPrimitives.ReadUInt64LittleEndian(rest) is var tag && (tag == id || tag == Every);
            if (!has)
                return false;
        }

        return !ids.IsEmpty && !tags.IsEmpty;
    }
}
