using Strata.Engine;
using Strata.Entries;

namespace Strata.Invalidation;

/// <summary>The invalidations that have not swept all entries yet, at one moment. Immutable.</summary>
/// <remarks>Single tags, which are most invalidations, are found by their ids; each other rule is tested in turn.</remarks>
internal sealed class PendingInvalidations(long sequence, Dictionary<ulong, long> tags, PendingRule[] rules, long suspicion = 0)
{
    // What is in here is never changed.
    private readonly Dictionary<ulong, long> _tags = tags;
    private readonly PendingRule[] _rules = rules;

    // The sequence of the last suspicion; 0 for none.
    private readonly long _suspicion = suspicion;

    /// <summary>The sequence of the newest: what is written from now on is newer than all of them.</summary>
    public long Sequence { get; } = sequence;

    public int Count => _tags.Count + _rules.Length + (HasSuspicion ? 1 : 0);

    public bool HasSuspicion => _suspicion != 0;

    public int TagCount => _tags.Count;

    public int RuleCount => _rules.Length;

    /// <summary>What becomes of an entry. A suspect one stays if it was written with a grace that a stale value may be served in: not if what is kept beyond its end is for comparing only.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="notes">Its notes.</param>
    /// <param name="info">What else is known of it.</param>
    public EntryFate FateOf(ReadOnlySpan<byte> key, in EntryNotes notes, in EntryInfo info)
    {
        if (IsDead(key, notes.Sequence, notes.TagBytes))
            return EntryFate.Dead;
        if (!IsSuspect(notes.Sequence) || info.WasMadeStale)
            return EntryFate.Kept;
        bool hasGrace = !notes.Has(NoteFlags.Nothing | NoteFlags.Window | NoteFlags.Life) && (notes.Has(NoteFlags.Grace) ? notes.GraceMs > 0 : info.SoftExpiresInMs != long.MaxValue);
        return hasGrace ? EntryFate.Stale : EntryFate.Dead;
    }

    /// <summary>Whether an entry was written before the last suspicion.</summary>
    /// <param name="sequence">Its sequence; 0 when it has none.</param>
    public bool IsSuspect(long sequence) => sequence < _suspicion;

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
        if (ReferenceEquals(rule, InvalidationRule.Suspicion))
            return new(sequence, _tags, _rules, suspicion: sequence);
        if (rule.Kind == InvalidationKind.AnyTag)
        {
            var tags = new Dictionary<ulong, long>(_tags);
            foreach (ulong id in rule.Ids)
                tags[id] = sequence;
            return new(sequence, tags, _rules, _suspicion);
        }

        PendingRule[] others = Array.FindAll(_rules, pending => !pending.Rule.Equals(rule));
        return new(sequence, _tags, [.. others, new PendingRule(rule, sequence)], _suspicion);
    }

    /// <summary>The same without what is as old as a sequence, or older; <c>null</c> when nothing is left.</summary>
    public PendingInvalidations? After(long sequence)
    {
        if (Sequence <= sequence)
            return null;
        Dictionary<ulong, long> tags = new(_tags.Where(tag => tag.Value > sequence));
        return new(Sequence, tags, Array.FindAll(_rules, pending => pending.Sequence > sequence), IsSuspect(sequence) ? _suspicion : 0);
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
