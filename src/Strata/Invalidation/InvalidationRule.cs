using System.Collections.Immutable;
using Strata.Entries;
using Strata.Keys;

namespace Strata.Invalidation;

/// <summary>
/// Which entries an invalidation means: those of some tags, or those whose keys begin with a prefix or match a pattern. A tier is given one by <see cref="Tiers.ICacheTier.InvalidateAsync"/>.
/// </summary>
/// <remarks>Immutable, and safe for any number of threads. Two rules are equal when they mean the same by the same words.</remarks>
public sealed class InvalidationRule : IEquatable<InvalidationRule>
{
    /// <summary>The most tags of one rule.</summary>
    public const int MaxTags = EntryOptions.MaxTags;

    /// <summary>The longest pattern, in bytes of UTF-8.</summary>
    public const int MaxPatternBytes = GlobPattern.MaxBytes;

    private readonly byte[] _prefix = [];
    private readonly GlobPattern? _glob;

    private InvalidationRule(InvalidationKind kind, ReadOnlySpan<string> tags)
    {
        if (tags.IsEmpty || tags.Length > MaxTags)
            throw new ArgumentException($"There are {tags.Length} tags; a rule has 1 to {MaxTags}.", nameof(tags));
        for (int i = 0; i < tags.Length; i++)
            EntryOptions.ThrowIfNotTag(tags[i], $"{nameof(tags)}[{i}]");
        Kind = kind;
        Tags = [.. tags];
        Ids = new ulong[tags.Length];
        for (int i = 0; i < tags.Length; i++)
            Ids[i] = TagIds.Of(tags[i]);
    }

    private InvalidationRule(ReadOnlySpan<byte> prefix)
    {
        Kind = InvalidationKind.Prefix;
        _prefix = prefix.ToArray();
    }

    private InvalidationRule(string pattern)
    {
        Kind = InvalidationKind.Pattern;
        Pattern = pattern;
        _glob = new GlobPattern(pattern);
    }

    /// <summary>Every entry: all keys begin with nothing. For memory and flights; tiers behind are cleared instead.</summary>
    internal static InvalidationRule Everything { get; } = new(ReadOnlySpan<byte>.Empty);

    /// <summary>Every entry, which may or may not be true still: what has a grace is stale from then on, all else goes. The same for flights.</summary>
    internal static InvalidationRule Suspicion { get; } = new(ReadOnlySpan<byte>.Empty);

    /// <summary>What the rule looks at.</summary>
    public InvalidationKind Kind { get; }

    /// <summary>The tags, of a rule over tags.</summary>
    public ImmutableArray<string> Tags { get; } = [];

    /// <summary>What the keys begin with, of a rule over prefixes.</summary>
    public ReadOnlyMemory<byte> Prefix => _prefix;

    /// <summary>The pattern, of a rule over patterns; else <c>null</c>.</summary>
    public string? Pattern { get; }

    /// <summary>Whether the key alone decides.</summary>
    public bool IsByKey => Kind is InvalidationKind.Prefix or InvalidationKind.Pattern;

    /// <summary>The ids of <see cref="Tags"/>, in their order.</summary>
    internal ulong[] Ids { get; } = [];

    /// <summary>Makes a rule for entries that have at least one of the tags.</summary>
    /// <param name="tags">1 to <see cref="MaxTags"/> tags, each 1 to <see cref="EntryOptions.MaxTagBytes"/> bytes of well-formed text.</param>
    /// <exception cref="ArgumentException">There are none or too many, or one is <c>null</c>, empty, too long or malformed.</exception>
    public static InvalidationRule OfAnyTag(params ReadOnlySpan<string> tags) => new(InvalidationKind.AnyTag, tags);

    /// <summary>Makes a rule for entries that have every one of the tags.</summary>
    /// <param name="tags">As for <see cref="OfAnyTag"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="OfAnyTag"/>.</exception>
    public static InvalidationRule OfAllTags(params ReadOnlySpan<string> tags) => new(InvalidationKind.AllTags, tags);

    /// <summary>Makes a rule for keys that begin with a prefix.</summary>
    /// <param name="prefix">The prefix, 1 to 4096 bytes.</param>
    /// <exception cref="ArgumentException">The prefix is empty, too long or malformed.</exception>
    public static InvalidationRule OfPrefix(in CacheKey prefix)
    {
        using KeyLease lease = prefix.Lease();
        return new(lease.Bytes);
    }

    /// <summary>Makes a rule for keys that match a glob pattern: <c>*</c> stands for any text, also none; <c>?</c> for one character; a backslash takes the next character as it is.</summary>
    /// <param name="pattern">The pattern, 1 to <see cref="MaxPatternBytes"/> bytes of UTF-8. It must match the whole key.</param>
    /// <exception cref="ArgumentException">The pattern is empty, too long, malformed, or ends within an escape.</exception>
    public static InvalidationRule OfPattern(string pattern) => new(pattern);

    /// <summary>Whether a key is meant by a rule over prefixes or patterns; <c>false</c> for a rule over tags.</summary>
    /// <param name="key">The bytes of the key.</param>
    /// <remarks>A pattern takes at most its length times the key's; all else is quicker.</remarks>
    public bool MatchesKey(ReadOnlySpan<byte> key) => Kind switch
    {
        InvalidationKind.Prefix => key.StartsWith(_prefix),
        InvalidationKind.Pattern => _glob!.Matches(key),
        _ => false,
    };

    /// <summary>Whether tags are meant by a rule over tags; <c>false</c> for a rule over keys.</summary>
    /// <param name="tagBytes">The ids of an entry's tags, as its notes have them.</param>
    internal bool MatchesTags(ReadOnlySpan<byte> tagBytes)
    {
        if (IsByKey || tagBytes.IsEmpty)
            return false;
        var notes = new EntryNotes { TagBytes = tagBytes };
        foreach (ulong id in Ids)
        {
            bool has = false;
            for (int i = 0; i < notes.TagCount && !has; i++)
                has = notes.TagAt(i) == id || notes.TagAt(i) == TagIds.Every;
            if (has == (Kind == InvalidationKind.AnyTag))
                return has;
        }

        return Kind == InvalidationKind.AllTags;
    }

    /// <inheritdoc/>
    public bool Equals(InvalidationRule? other) =>
        other is not null && Kind == other.Kind && Pattern == other.Pattern && _prefix.AsSpan().SequenceEqual(other._prefix) && Tags.SequenceEqual(other.Tags);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as InvalidationRule);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Kind);
        hash.Add(Pattern);
        hash.AddBytes(_prefix);
        foreach (string tag in Tags)
            hash.Add(tag);
        return hash.ToHashCode();
    }
}
