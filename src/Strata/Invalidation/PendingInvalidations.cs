using Strata.Entries;

namespace Strata.Invalidation;

/// <summary>The invalidations that have not swept all entries yet, at one moment. Immutable.</summary>
/// <remarks>Single tags, which are most invalidations, are found by their ids; each other rule is tested in turn.</remarks>
internal sealed class PendingInvalidations(long sequence, Dictionary<ulong, long> tags, PendingRule[] rules)
{
    // What is in here is never changed.
    private readonly Dictionary<ulong, long> _tags = tags;
    private readonly PendingRule[] _rules = rules;

    /// <summary>The sequence of the newest: what is written from now on is newer than all of them.</summary>
    public long Sequence { get; } = sequence;

    public int Count => _tags.Count + _rules.Length;

    public int TagCount => _tags.Count;

    public int RuleCount => _rules.Length;

    /// <summary>Whether an entry is invalidated.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="sequence">Its sequence; 0 when it has none, and so is older than all that is pending.</param>
    /// <param name="tagBytes">The ids of its tags, as its notes have them.</param>
    public bool IsDead(ReadOnlySpan<byte> key, long sequence, ReadOnlySpan<byte> tagBytes)
    {
        // Nothing is newer: the entry was written while the newest was pending already.
        if (sequence >= Sequence)
            return false;
        if (!tagBytes.IsEmpty && _tags.Count != 0 && HasDeadTag(sequence, tagBytes))
            return true;
        foreach (PendingRule pending in _rules)
        {
            if (pending.Sequence > sequence && (pending.Rule.MatchesKey(key) || pending.Rule.MatchesTags(tagBytes)))
                return true;
        }

        return false;
    }

    /// <summary>The same with one more rule, newer than all others. A rule that is pending already is taken as the new one.</summary>
    public PendingInvalidations With(InvalidationRule rule, long sequence)
    {
        if (rule.Kind == InvalidationKind.AnyTag)
        {
            var tags = new Dictionary<ulong, long>(_tags);
            foreach (ulong id in rule.Ids)
                tags[id] = sequence;
            return new(sequence, tags, _rules);
        }

        PendingRule[] others = Array.FindAll(_rules, pending => !pending.Rule.Equals(rule));
        return new(sequence, _tags, [.. others, new PendingRule(rule, sequence)]);
    }

    /// <summary>The same without what is as old as a sequence, or older; <c>null</c> when nothing is left.</summary>
    public PendingInvalidations? After(long sequence)
    {
        if (Sequence <= sequence)
            return null;
        Dictionary<ulong, long> tags = new(_tags.Where(tag => tag.Value > sequence));
        return new(Sequence, tags, Array.FindAll(_rules, pending => pending.Sequence > sequence));
    }

    private bool HasDeadTag(long sequence, ReadOnlySpan<byte> tagBytes)
    {
        var notes = new EntryNotes { TagBytes = tagBytes };
        for (int i = 0; i < notes.TagCount; i++)
        {
            ulong id = notes.TagAt(i);
            if (_tags.TryGetValue(id, out long tagSequence) && tagSequence > sequence)
                return true;
            if (id == TagIds.Every && _tags.Values.Max() > sequence)
                return true;
        }

        return false;
    }
}
