using StackExchange.Redis;
using Strata.Invalidation;
using Strata.Redis.Connections;
using Strata.Redis.Scripts;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>Removing all that a pattern finds.</content>
public sealed partial class RedisTier
{
    private const int SweepPageKeys = 500;

    /// <inheritdoc/>
    public ValueTask<TierWriteStatus> ClearAsync(CancellationToken cancellationToken = default) => SweepAsync(null, cancellationToken);

    private async ValueTask<TierWriteStatus> SweepAsync(InvalidationRule? rule, CancellationToken cancellationToken)
    {
        ThrowIfNotReady(cancellationToken);
        try
        {
            RedisLink link = _connection.Link;
            if (!await RaiseFenceAsync(link, rule, cancellationToken).ConfigureAwait(false))
                return TierWriteStatus.Faulted;
            List<IServer> masters = await InTimeAsync(link.FindMastersAsync(), cancellationToken).ConfigureAwait(false);
            // The client pages through keys by blocking calls.
            await Task.Run(() => SweepAsync(link, masters, rule, cancellationToken), cancellationToken).ConfigureAwait(false);
            return TierWriteStatus.Done;
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            return TierWriteStatus.Faulted;
        }
    }

    private async Task SweepAsync(RedisLink link, List<IServer> masters, InvalidationRule? rule, CancellationToken cancellationToken)
    {
        RedisValue pattern = _keys.PatternOf(rule);
        var page = new List<byte[]>(SweepPageKeys);
        foreach (IServer master in masters)
        {
            foreach (byte[]? key in master.Keys(link.Database.Database, pattern, SweepPageKeys, CommandFlags.None))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (key is null || !(rule?.MatchesKey(_keys.KeyOf(key)) ?? true))
                    continue;
                page.Add(key);
                if (page.Count == SweepPageKeys)
                    await SweepPageAsync(link, page, cancellationToken).ConfigureAwait(false);
            }
        }

        await SweepPageAsync(link, page, cancellationToken).ConfigureAwait(false);
    }

    private async Task SweepPageAsync(RedisLink link, List<byte[]> keys, CancellationToken cancellationToken)
    {
        Task<RedisResult>[] sweeps = [.. keys.Select(key => TierScripts.Sweep.CallAsync(link.Database, key, []))];
        keys.Clear();
        foreach (Task<RedisResult> sweep in sweeps)
        {
            try
            {
                await InTimeAsync(sweep, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (ServerReply.IsWrongType(exception))
            {
                CountFailure(exception);
            }
        }
    }
}
