using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Strata.Files.Layout;
using Strata.Invalidation;

namespace Strata.Files.Segments;

/// <summary>Which records an invalidation by rule means: those older than it that have the tags or whose keys match. Bounded; what does not fit is answered by clearing the store.</summary>
/// <remarks>Changed under the gate; read anywhere. A reader that misses a rule that is being added began before the rule was complete.</remarks>
internal sealed class RuleSet(StoreKey key)
{
    public const int MaxTags = 65_536;
    public const int MaxRules = 256;
    public const int MaxRuleBytes = 1 + 1 + EntryTags.MaxCount * sizeof(ulong) + CacheKey.MaxBytes;

    private readonly ConcurrentDictionary<ulong, ulong> _tags = new();
    private (ulong Sequence, InvalidationKind Kind, InvalidationRule? ByKey, ulong[] Ids)[] _rules = [];
    private ulong _latest;
    private ulong _latestOfTags;

    /// <summary>Writes a rule as a record keeps it.</summary>
    public byte[] Pack(InvalidationRule rule)
    {
        if (rule.IsByKey)
        {
            byte[] text = rule.Kind == InvalidationKind.Prefix ? rule.Prefix.ToArray() : Encoding.UTF8.GetBytes(rule.Pattern!);
            return [(byte)rule.Kind, .. text];
        }

        byte[] packed = new byte[1 + rule.Tags.Length * sizeof(ulong)];
        packed[0] = (byte)rule.Kind;
        EntryTags.Write(rule.Tags, key, packed.AsSpan(1));
        return packed;
    }

    /// <summary>Adds a rule. False when there is no room for it, or it is none that is known.</summary>
    public bool TryAdd(ReadOnlySpan<byte> packed, ulong sequence)
    {
        if (packed.IsEmpty)
            return false;
        var kind = (InvalidationKind)packed[0];
        ReadOnlySpan<byte> rest = packed[1..];
        switch (kind)
        {
            case InvalidationKind.AnyTag when rest.Length % sizeof(ulong) == 0:
                if (_tags.Count + rest.Length / sizeof(ulong) > MaxTags)
                    return false;
                for (; !rest.IsEmpty; rest = rest[sizeof(ulong)..])
                    _tags.AddOrUpdate(BinaryPrimitives.ReadUInt64LittleEndian(rest), sequence, (_, former) => Math.Max(former, sequence));
                Volatile.Write(ref _latestOfTags, Math.Max(_latestOfTags, sequence));
                break;
            case InvalidationKind.AllTags when rest.Length % sizeof(ulong) == 0:
                ulong[] ids = new ulong[rest.Length / sizeof(ulong)];
                for (int i = 0; i < ids.Length; i++)
                    ids[i] = BinaryPrimitives.ReadUInt64LittleEndian(rest[(i * sizeof(ulong))..]);
                if (!TryAppend((sequence, kind, null, ids)))
                    return false;
                break;
            case InvalidationKind.Prefix when !rest.IsEmpty:
                if (!TryAppend((sequence, kind, InvalidationRule.OfPrefix(rest), [])))
                    return false;
                break;
            case InvalidationKind.Pattern when !rest.IsEmpty:
                if (!TryAppend((sequence, kind, InvalidationRule.OfPattern(Encoding.UTF8.GetString(rest)), [])))
                    return false;
                break;
            default:
                return false;
        }

        Volatile.Write(ref _latest, Math.Max(_latest, sequence));
        return true;
    }

    /// <summary>Whether a rule means a record.</summary>
    public bool Means(ulong sequence, ReadOnlySpan<byte> keyBytes, ReadOnlySpan<byte> tags)
    {
        if (sequence > Volatile.Read(ref _latest))
            return false;
        for (ReadOnlySpan<byte> rest = tags; !rest.IsEmpty; rest = rest[sizeof(ulong)..])
        {
            ulong id = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            if (id == EntryTags.Every ? sequence < Volatile.Read(ref _latestOfTags) : _tags.TryGetValue(id, out ulong of) && sequence < of)
                return true;
        }

        foreach ((ulong of, InvalidationKind kind, InvalidationRule? byKey, ulong[] ids) in Volatile.Read(ref _rules))
        {
            if (sequence < of && (kind == InvalidationKind.AllTags ? EntryTags.HasAll(tags, ids) : byKey!.MatchesKey(keyBytes)))
                return true;
        }

        return false;
    }

    /// <summary>Forgets the rules older than every record there is.</summary>
    public void Prune(ulong leastSequence)
    {
        if (_rules.Any(rule => rule.Sequence < leastSequence))
            Volatile.Write(ref _rules, [.. _rules.Where(rule => rule.Sequence >= leastSequence)]);
        foreach ((ulong id, ulong sequence) in _tags)
        {
            if (sequence < leastSequence)
                _tags.TryRemove(id, out _);
        }
    }

    private bool TryAppend((ulong, InvalidationKind, InvalidationRule?, ulong[]) rule)
    {
        if (_rules.Length >= MaxRules)
            return false;
        Volatile.Write(ref _rules, [.. _rules, rule]);
        return true;
    }
}
