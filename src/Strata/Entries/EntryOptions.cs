using System.Collections.Immutable;
using System.Text;
using Strata.Engine;

namespace Strata.Entries;

/// <summary>
/// How one entry is kept. The default value takes the cache's own settings. A <see cref="TimeSpan"/> converts to it, so
/// <c>cache.Set(key, value, TimeSpan.FromMinutes(5))</c> says all there is to say; so does an <see cref="EntryPolicy"/>.
/// </summary>
public readonly record struct EntryOptions
{
    /// <summary>The most tags an entry may have.</summary>
    public const int MaxTags = 64;

    /// <summary>The longest tag, in bytes of UTF-8.</summary>
    public const int MaxTagBytes = 256;

    /// <summary>
    /// A tag that stands for every tag: an entry that has it is removed when any tag is invalidated. The cache gives it to what it brings forward from a tier behind, since tiers do not tell the tags of a value.
    /// </summary>
    public const string EveryTag = "*";

    /// <summary>The longest time to live, about 34 years. What should never expire says so with <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    public static TimeSpan MaxTtl => WriteOptions.MaxTtl;

    /// <summary>
    /// The time to live, more than zero and at most <see cref="MaxTtl"/>, in whole milliseconds (less than one counts as one).
    /// <c>null</c>, the default: the cache's default. <see cref="Timeout.InfiniteTimeSpan"/>: until it is evicted or removed.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is zero, negative (other than infinite) or more than <see cref="MaxTtl"/>.</exception>
    public TimeSpan? Ttl
    {
        get;
        init
        {
            if (value is { } ttl)
                ThrowIfNotTtl(ttl, nameof(Ttl));
            field = value;
        }
    }

    /// <summary>How entries of this kind are kept, loaded and refreshed. <c>null</c>, the default: the cache's own policy. A <see cref="Ttl"/> given here comes before the policy's.</summary>
    public EntryPolicy? Policy { get; init; }

    /// <summary>
    /// What the entry belongs to; every entry of a tag can be invalidated at once. At most <see cref="MaxTags"/>, each 1 to <see cref="MaxTagBytes"/> bytes of well-formed text.
    /// Default: none.
    /// </summary>
    /// <exception cref="ArgumentException">There are too many tags, or one of them is <c>null</c>, empty, too long or malformed; the message says which.</exception>
    public ImmutableArray<string> Tags
    {
        get => field.IsDefault ? [] : field;
        init
        {
            ThrowIfNotTags(value);
            field = value;
        }
    }

    /// <summary>
    /// When the value was true, as a timestamp of a <see cref="Tiers.HybridClock"/>; a tier that other processes write to, too, keeps it only if it knows of nothing newer, no value and no removal
    /// (<see cref="Tiers.TierWriteStatus.Superseded"/>). The cache gives loaded values the time their load began. 0, the default: now, so that it is newer than all there is.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Timestamp
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Timestamp), value, $"{nameof(Timestamp)} is {value}; it is a timestamp, 0 for none.");
    }

    /// <summary>Options with a policy and nothing else.</summary>
    /// <param name="policy">The policy.</param>
    public static implicit operator EntryOptions(EntryPolicy policy) => new() { Policy = policy };

    /// <summary>Options with a time to live and nothing else.</summary>
    /// <param name="ttl">As for <see cref="Ttl"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Ttl"/>.</exception>
    public static implicit operator EntryOptions(TimeSpan ttl) => new() { Ttl = ttl };

    internal static void ThrowIfNotTtl(TimeSpan ttl, string name)
    {
        if (ttl == Timeout.InfiniteTimeSpan)
            return;
        if (ttl <= TimeSpan.Zero || ttl > MaxTtl)
            throw new ArgumentOutOfRangeException(name, ttl, $"{name} is {ttl}; it must be more than zero and at most {MaxTtl}, or Timeout.InfiniteTimeSpan for an entry that does not expire.");
    }

    internal static void ThrowIfNotTag(string? tag, string name)
    {
        if (string.IsNullOrEmpty(tag))
            throw new ArgumentException($"{name} is null or empty; a tag has 1 to {MaxTagBytes} bytes.", name);
        int lengthBytes = tag.Length > MaxTagBytes ? tag.Length : Encoding.UTF8.GetByteCount(tag);
        if (lengthBytes > MaxTagBytes)
            throw new ArgumentException($"{name} has {lengthBytes} bytes; a tag has 1 to {MaxTagBytes} bytes.", name);
        for (int i = 0; i < tag.Length; i++)
        {
            if (!char.IsSurrogate(tag[i]))
                continue;
            if (i + 1 == tag.Length || !char.IsSurrogatePair(tag[i], tag[i + 1]))
                throw new ArgumentException($"{name} is not well-formed UTF-16 (a surrogate stands alone).", name);
            i++;
        }
    }

    internal static void ThrowIfNotTags(ImmutableArray<string> tags)
    {
        if (tags.IsDefaultOrEmpty)
            return;
        if (tags.Length > MaxTags)
            throw new ArgumentException($"{nameof(Tags)} has {tags.Length} tags; an entry may have {MaxTags}.", nameof(Tags));
        for (int i = 0; i < tags.Length; i++)
            ThrowIfNotTag(tags[i], $"{nameof(Tags)}[{i}]");
    }
}
