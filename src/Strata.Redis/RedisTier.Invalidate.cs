using System.Text;
using StackExchange.Redis;
using Strata.Entries;
using Strata.Invalidation;
using Strata.Redis.Connections;
using Strata.Redis.Entries;
using Strata.Redis.Scripts;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>Invalidation by rules.</content>
public sealed partial class RedisTier
{
    /// <inheritdoc/>
    /// <remarks>
    /// Tags take one command each, whatever the number of entries: those become misses, and go when their time is over or they are met. Prefixes and patterns walk through the keys of all servers, and take long where there are many.
    /// </remarks>
    public ValueTask<TierWriteStatus> InvalidateAsync(InvalidationRule rule, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.IsByKey ? SweepAsync(rule, cancellationToken) : VoidTagsAsync(rule, cancellationToken);
    }

    private async ValueTask<TierWriteStatus> VoidTagsAsync(InvalidationRule rule, CancellationToken cancellationToken)
    {
        ThrowIfNotReady(cancellationToken);
        try
        {
            IDatabase database = _connection.Link.Database;
            string[] tags = [.. rule.Tags.Distinct().Order(StringComparer.Ordinal)];
            List<Task<RedisResult>> calls = [VoidAsync(database, EntryOptions.EveryTag)];
            if (rule.Kind == InvalidationKind.AnyTag || tags.Length == 1)
                calls.AddRange(tags.Where(tag => tag != EntryOptions.EveryTag).Select(tag => VoidAsync(database, tag)));
            else
                calls.Add(TierScripts.AddRule.CallAsync(database, TagKey(tags[0]), [_tombstoneMs + TombstoneMarginMs, TagRule.Of(tags.Skip(1)), InvalidationRecord.MaxRules]));
            TierWriteStatus worst = TierWriteStatus.Done;
            foreach (Task<RedisResult> call in calls)
            {
                if (StatusOf((int)await InTimeAsync(call, cancellationToken).ConfigureAwait(false)) != TierWriteStatus.Done)
                    worst = TierWriteStatus.Faulted;
            }

            return worst;
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            return TierWriteStatus.Faulted;
        }
    }

    private Task<RedisResult> VoidAsync(IDatabase database, string tag) =>
        TierScripts.Void.CallAsync(database, TagKey(tag), [_tombstoneMs + TombstoneMarginMs]);

    private byte[] TagKey(string tag) => _keys.OfTag(Encoding.UTF8.GetBytes(tag));

    /// <summary>Notes for loads under way what is about to be removed by key; without a rule, everything.</summary>
    /// <returns>Whether that was possible.</returns>
    private async ValueTask<bool> RaiseFenceAsync(RedisLink link, InvalidationRule? rule, CancellationToken cancellationToken)
    {
        RedisValue lifeMs = _tombstoneMs + TombstoneMarginMs;
        Task<RedisResult> call = rule is null
            ? TierScripts.Void.CallAsync(link.Database, _keys.Fence, [lifeMs])
            : TierScripts.AddRule.CallAsync(link.Database, _keys.Fence, [lifeMs, FenceRule.Of(rule), InvalidationRecord.MaxRules]);
        return StatusOf((int)await InTimeAsync(call, cancellationToken).ConfigureAwait(false)) == TierWriteStatus.Done;
    }
}
