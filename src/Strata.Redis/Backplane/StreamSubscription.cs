using StackExchange.Redis;
using Strata.Backplane;
using Strata.Redis.Connections;

namespace Strata.Redis.Backplane;

/// <summary>
/// Messages as a stream has them, read from the last one that was read: in order, and also those of the time when nobody listened. The channel only rings.
/// </summary>
/// <remarks>
/// Each read begins with the entry that was read last. If it is not there, the stream was trimmed beyond it, emptied, or is another one after a failover: what was missed cannot be told. The first entry to count from is the node's
/// own, written when it comes, so there always is one.
/// </remarks>
internal sealed class StreamSubscription(RedisConnection connection, RedisBackplaneOptions options, RedisChannel channel, IBackplaneReceiver receiver) : RedisSubscription(connection, channel, receiver)
{
    private const int EntriesPerRead = 256;

    private RedisValue _position;

    protected override void Hear(byte[] message) => Ring();

    protected override async ValueTask<bool> AttendAsync(RedisLink link, bool isOn)
    {
        bool isComplete = await TryCatchUpAsync(link).ConfigureAwait(false);
        if (!isComplete)
            _position = (RedisValue)await RedisStream.AddAsync(link, options, RedisStream.MarkField, RedisValue.EmptyString).ConfigureAwait(false);
        return isComplete;
    }

    /// <summary>Reads to the end.</summary>
    /// <returns>Whether it began where the last read ended.</returns>
    private async ValueTask<bool> TryCatchUpAsync(RedisLink link)
    {
        while (!_position.IsNull)
        {
            RedisResult[] entries = await RedisStream.ReadAsync(link, options, _position, EntriesPerRead).ConfigureAwait(false);
            if (entries.Length == 0 || RedisStream.IdOf(entries[0]) != _position)
                return false;
            for (int i = 1; i < entries.Length; i++)
            {
                if (RedisStream.MessageOf(entries[i]) is { } message)
                    Receiver.Received(message);
                _position = RedisStream.IdOf(entries[i]);
            }

            if (entries.Length < EntriesPerRead)
                return true;
        }

        return false;
    }
}
