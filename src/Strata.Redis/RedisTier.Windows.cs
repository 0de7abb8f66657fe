using System.Buffers;
using StackExchange.Redis;
using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Entries;
using Strata.Tiers;

namespace Strata.Redis;

/// <content>One window of a call of many keys. What fails is told key by key.</content>
public sealed partial class RedisTier
{
    private async ValueTask GetWindowAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierRead> results, IBufferWriter<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            RedisLink link = _connection.Link;
            var entryKeys = new byte[keys.Length][];
            for (int i = 0; i < entryKeys.Length; i++)
                entryKeys[i] = _keys.OfEntry(keys.Span[i].Span);
            List<Task> clocks = SendForClocks(link, entryKeys, cancellationToken);
            EntryRead[] reads = [.. entryKeys.Select(key => new EntryRead(key, link.SlotOf(key), link.Database.HashGetAsync(key, s_fields, CommandFlags.DemandMaster)))];
            await SettleAsync([.. reads.Select(read => read.Fields)], cancellationToken).ConfigureAwait(false);
            foreach (Task clock in clocks)
                await clock.ConfigureAwait(false);
            foreach (EntryRead read in reads)
            {
                if (read.Fields.IsCompletedSuccessfully && (byte[]?)read.Fields.Result[0] is { } m)
                    read.Tags = SendForTags(link, m);
            }

            await SettleAsync([.. reads.SelectMany(read => read.Tags)], cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < reads.Length; i++)
                results.Span[i] = Judge(link, reads[i], destination);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            results.Span.Fill(TierRead.Nothing(TierReadStatus.Faulted));
        }
    }

    private async ValueTask RemoveWindowAsync(ReadOnlyMemory<ReadOnlyMemory<byte>> keys, Memory<TierWriteStatus> results, CancellationToken cancellationToken)
    {
        try
        {
            RedisLink link = _connection.Link;
            var removals = new Task<RedisResult>[keys.Length];
            for (int i = 0; i < removals.Length; i++)
                removals[i] = SendRemoval(link, keys.Span[i]);
            await SettleAsync(removals, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < removals.Length; i++)
                results.Span[i] = RemovalOf(removals[i]);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            results.Span.Fill(TierWriteStatus.Faulted);
        }
    }

    /// <summary>Sends for the clocks of those keys of whose slots there is none, or an old one.</summary>
    private List<Task> SendForClocks(RedisLink link, byte[][] entryKeys, CancellationToken cancellationToken)
    {
        var clocks = new List<Task>();
        var slots = new HashSet<int>();
        // Without slots all keys have one clock.
        foreach (byte[] key in link.IsCluster ? entryKeys : entryKeys.AsSpan(0, Math.Min(1, entryKeys.Length)))
        {
            int slot = link.SlotOf(key);
            if (slots.Add(slot) && IsOld(_clocks.Find(slot)))
                clocks.Add(ReadClockAsync(key, cancellationToken).AsTask());
        }

        return clocks;
    }

    /// <summary>Waits until all commands have ended, or as long as the options allow; each tells for itself how it went.</summary>
    private ValueTask SettleAsync(Task[] commands, CancellationToken cancellationToken) =>
        commands.Length == 0 ? default : EndOfAsync(commands.Length == 1 ? commands[0] : Task.WhenAll(commands), cancellationToken);

    private TierRead Judge(RedisLink link, EntryRead read, IBufferWriter<byte> destination)
    {
        Exception? failure = FailureOf(read.Fields);
        foreach (Task tag in read.Tags)
            failure ??= FailureOf(tag);
        if (failure is not null)
        {
            CountFailure(failure);
            return TierRead.Nothing(ServerReply.IsWrongType(failure) ? TierReadStatus.Miss : TierReadStatus.Faulted);
        }

        RedisValue[] fields = read.Fields.Result;
        if (read.Tags.Length == 0 || AreTagsCurrent(fields[0]!, read.Tags))
            return Deliver(fields[0], fields[1], _clocks.Find(read.Slot), destination);
        Forget(Undo(link, read.Key, (byte[])fields[0]!));
        return TierRead.Nothing(TierReadStatus.Miss);
    }

    /// <param name="command">A settled command that answers a status.</param>
    /// <param name="ofWrongType">What it comes to when the key holds what is no hash.</param>
    private TierWriteStatus StatusOf(Task<RedisResult> command, TierWriteStatus ofWrongType)
    {
        if (FailureOf(command) is not { } failure)
            return StatusOf((int)command.Result);
        CountFailure(failure);
        return ServerReply.IsWrongType(failure) ? ofWrongType : TierWriteStatus.Faulted;
    }

    private static Exception? FailureOf(Task command) => command.IsCompletedSuccessfully ? null : command.Exception?.InnerException ?? new TimeoutException();

    /// <summary>One entry on its way.</summary>
    private sealed class EntryRead(byte[] key, int slot, Task<RedisValue[]> fields)
    {
        public byte[] Key => key;

        public int Slot => slot;

        public Task<RedisValue[]> Fields => fields;

        public Task<HashEntry[]>[] Tags { get; set; } = [];
    }
}
