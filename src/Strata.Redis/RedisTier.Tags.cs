using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using StackExchange.Redis;
using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Entries;
using Strata.Redis.Scripts;

namespace Strata.Redis;

/// <content>Tags: what an entry knows of them, and whether that is still so.</content>
public sealed partial class RedisTier
{
    /// <summary>Reads the records of tags for an entry about to be written.</summary>
    /// <param name="link">The server.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="lifeMs">How long the entry lives, 0 for ever.</param>
    /// <param name="start">When its load began on this node's clock; <c>null</c> for a value that is newer than all.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>What the entry keeps of them; <c>null</c> when one was invalidated since the start.</returns>
    private async ValueTask<byte[]?> JoinTagsAsync(RedisLink link, ImmutableArray<string> tags, long lifeMs, long? start, CancellationToken cancellationToken)
    {
        var names = new byte[tags.Length][];
        var keys = new byte[tags.Length][];
        var joins = new Task<RedisResult>[tags.Length];
        long sentAt = _node.Now;
        for (int i = 0; i < tags.Length; i++)
        {
            names[i] = Encoding.UTF8.GetBytes(tags[i]);
            keys[i] = _keys.OfTag(names[i]);
            joins[i] = TierScripts.Join.CallAsync(link.Database, keys[i], [lifeMs == 0 ? 0 : lifeMs + _tombstoneMs + TombstoneMarginMs]);
        }

        byte[] kept = new byte[1 + names.Sum(name => name.Length + EntryMeta.TagFixedBytes)];
        kept[0] = (byte)tags.Length;
        var records = new InvalidationRecord[tags.Length];
        var moments = new ServerMoment[tags.Length];
        int at = 1;
        for (int i = 0; i < tags.Length; i++)
        {
            var reply = (RedisResult[])await InTimeAsync(joins[i], cancellationToken).ConfigureAwait(false);
            moments[i] = Observe(link.SlotOf(keys[i]), reply, 0, sentAt);
            records[i] = RecordOf(reply, 2);
            at += EntryTag.Write(kept.AsSpan(at), names[i], records[i].Version, records[i].RuleCount);
        }

        for (int i = 0; start is { } begun && i < tags.Length; i++)
        {
            if (begun < moments[i].Since || IsVoid(records[i], moments[i].EarliestUs(begun), kept.AsSpan(1), isOfTag: true))
                return null;
        }

        return kept;
    }

    /// <summary>Sends for the records of an entry's tags.</summary>
    private Task<HashEntry[]>[] SendForTags(RedisLink link, byte[] m)
    {
        if (!EntryMeta.TryRead(m, out EntryMeta meta) || meta.TagCount == 0)
            return [];
        var records = new Task<HashEntry[]>[meta.TagCount];
        ReadOnlySpan<byte> tags = meta.Tags;
        for (int i = 0; i < records.Length; i++)
            records[i] = link.Database.HashGetAllAsync(_keys.OfTag(EntryTag.Read(ref tags).Name), CommandFlags.DemandMaster);
        return records;
    }

    /// <summary>Whether all of an entry's tags are what they were when it was written.</summary>
    private static bool AreTagsCurrent(byte[] m, Task<HashEntry[]>[] records)
    {
        _ = EntryMeta.TryRead(m, out EntryMeta meta);
        ReadOnlySpan<byte> tags = meta.Tags;
        foreach (Task<HashEntry[]> read in records)
        {
            EntryTag tag = EntryTag.Read(ref tags);
            if (RecordOf(read.Result) is not { } record || record.Version != tag.Version)
                return false;
            for (int number = Math.Max(0, tag.Rules); number < record.RuleCount; number++)
            {
                if (TagRule.Means(record.Rule(number), meta.Tags))
                    return false;
            }
        }

        return true;
    }

    /// <summary>Whether a record voids a value that was true at a time: an entry with these tags, or under this key.</summary>
    private static bool IsVoid(InvalidationRecord record, long asOfUs, ReadOnlySpan<byte> tagsOrKey, bool isOfTag)
    {
        if (record.VoidedUs >= asOfUs)
            return true;
        for (int number = 0; number < record.RuleCount; number++)
        {
            if (record.StampUs(number) >= asOfUs && (isOfTag ? TagRule.Means(record.Rule(number), tagsOrKey) : FenceRule.Means(record.Rule(number), tagsOrKey)))
                return true;
        }

        return false;
    }

    private static InvalidationRecord RecordOf(RedisResult[] reply, int at) =>
        (reply.Length > at ? InvalidationRecord.Read((RedisValue[])reply[at]) : null) ?? throw new InvalidCastException("A record is not ours.");

    private static InvalidationRecord? RecordOf(HashEntry[] fields)
    {
        var flat = new RedisValue[fields.Length * 2];
        for (int i = 0; i < fields.Length; i++)
            (flat[i * 2], flat[(i * 2) + 1]) = (fields[i].Name, fields[i].Value);
        return InvalidationRecord.Read(flat);
    }
}
