using System.Buffers.Binary;
using System.Text;

namespace Strata.Redis.Entries;

/// <summary>A rule of a tag's record: void are the entries of the tag that have all of the other tags named, too. Each name has its length, two bytes big-endian, before it.</summary>
internal static class TagRule
{
    public static byte[] Of(IEnumerable<string> others)
    {
        using var rule = new MemoryStream();
        Span<byte> length = stackalloc byte[2];
        foreach (string tag in others)
        {
            byte[] name = Encoding.UTF8.GetBytes(tag);
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)name.Length);
            rule.Write(length);
            rule.Write(name);
        }

        return rule.ToArray();
    }

    /// <summary>Whether all tags named are among an entry's; a rule that cannot be read means every entry.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="tags">Checked tags of an entry, as <see cref="EntryTag"/> reads them.</param>
    public static bool Means(ReadOnlySpan<byte> rule, ReadOnlySpan<byte> tags)
    {
        while (rule.Length > 2)
        {
            int lengthBytes = BinaryPrimitives.ReadUInt16BigEndian(rule);
            if (rule.Length < 2 + lengthBytes)
                return true;
            if (!Has(tags, rule.Slice(2, lengthBytes)))
                return false;
            rule = rule[(2 + lengthBytes)..];
        }

        return true;
    }

    private static bool Has(ReadOnlySpan<byte> tags, ReadOnlySpan<byte> name)
    {
        while (!tags.IsEmpty)
        {
            if (EntryTag.Read(ref tags).Name.SequenceEqual(name))
                return true;
        }

        return false;
    }
}
