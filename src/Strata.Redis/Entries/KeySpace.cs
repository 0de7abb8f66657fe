using System.Text;
using StackExchange.Redis;
using Strata.Invalidation;

namespace Strata.Redis.Entries;

/// <summary>The keys of one cache: <c>prefix/key</c> for entries, <c>prefix#tag</c> for tags, and <c>prefix#</c>. No two prefixes have one in common, since a prefix has neither of the two characters.</summary>
internal sealed class KeySpace(string prefix)
{
    private readonly byte[] _entries = Encoding.ASCII.GetBytes(prefix + '/');
    private readonly byte[] _tags = Encoding.ASCII.GetBytes(prefix + '#');

    /// <summary>Where invalidations by key are noted for loads under way.</summary>
    public byte[] Fence => _tags;

    public byte[] OfEntry(ReadOnlySpan<byte> key)
    {
        byte[] whole = new byte[_entries.Length + key.Length];
        _entries.CopyTo(whole, 0);
        key.CopyTo(whole.AsSpan(_entries.Length));
        return whole;
    }

    public byte[] OfTag(ReadOnlySpan<byte> tag)
    {
        byte[] whole = new byte[_tags.Length + tag.Length];
        _tags.CopyTo(whole, 0);
        tag.CopyTo(whole.AsSpan(_tags.Length));
        return whole;
    }

    /// <summary>The user's key within one of an entry.</summary>
    public ReadOnlySpan<byte> KeyOf(byte[] entryKey) => entryKey.AsSpan(_entries.Length);

    /// <summary>A pattern of Redis that all entries meant by a rule match, and perhaps some more; without a rule, all entries.</summary>
    public RedisValue PatternOf(InvalidationRule? rule)
    {
        var pattern = new List<byte>();
        AddLiterally(pattern, _entries);
        if (rule is { Kind: InvalidationKind.Prefix })
            AddLiterally(pattern, rule.Prefix.Span);
        if (rule is { Pattern: { } text })
            AddPattern(pattern, Encoding.UTF8.GetBytes(text));
        else
            pattern.Add((byte)'*');
        return pattern.ToArray();
    }

    private static void AddLiterally(List<byte> pattern, ReadOnlySpan<byte> text)
    {
        foreach (byte value in text)
            AddLiterally(pattern, value);
    }

    private static void AddLiterally(List<byte> pattern, byte value)
    {
        if (value is (byte)'*' or (byte)'?' or (byte)'[' or (byte)']' or (byte)'\\')
            pattern.Add((byte)'\\');
        pattern.Add(value);
    }

    private static void AddPattern(List<byte> pattern, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            // A character of ours is one or more bytes; a question mark of Redis is one.
            if (text[i] is (byte)'*' or (byte)'?')
                pattern.Add((byte)'*');
            else
                AddLiterally(pattern, text[i] == (byte)'\\' ? text[++i] : text[i]);
        }
    }
}
