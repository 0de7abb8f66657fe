using StackExchange.Redis;
using Strata.Backplane;
using Strata.Redis.Connections;

namespace Strata.Redis.Backplane;

/// <summary>Messages as the channel has them: what is published while nobody listens is lost, which is told when somebody listens again.</summary>
internal sealed class ChannelSubscription(RedisConnection connection, RedisChannel channel, IBackplaneReceiver receiver) : RedisSubscription(connection, channel, receiver)
{
    protected override void Hear(byte[] message) => Receiver.Received(message);

    protected override ValueTask<bool> AttendAsync(RedisLink link, bool isOn) => new(isOn);
}
