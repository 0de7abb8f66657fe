using StackExchange.Redis;
using Strata.Backplane;
using Strata.Redis.Backplane;
using Strata.Redis.Connections;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Xunit;

namespace Strata.Redis.Tests.Backplane;

/// <summary>The loop that sees to it that messages arrive.</summary>
public sealed class RedisSubscriptionTests
{
    /// <summary>The connection breaks again between the moment when something was found to be lost and the moment when it could be told.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Resumed_AfterALossThatCouldNotBeToldAtOnce_TellsOfIt()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        using ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(server.Address + ",abortConnect=false");
        var receiver = new Receiver();
        await using var connection = new RedisConnection(new RedisLink(multiplexer, -1), isOurs: false);
        using var subscription = new BreakingSubscription(connection, OneServer.NewPrefix(), receiver, server);
        subscription.Begin();
        await RedisServer.WaitAsync(() => Task.FromResult(receiver.Completeness.Count > 0), "the first resumption");
        Assert.True(subscription.Attended > 1);
        Assert.False(receiver.Completeness[0]);
    }

    private sealed class BreakingSubscription(RedisConnection connection, string channel, IBackplaneReceiver receiver, RedisServer server)
        : RedisSubscription(connection, new RedisChannel(channel, RedisChannel.PatternMode.Literal), receiver)
    {
        public int Attended { get; private set; }

        protected override void Hear(byte[] message)
        {
        }

        protected override async ValueTask<bool> AttendAsync(RedisLink link, bool isOn)
        {
            if (isOn || Attended++ > 0)
                return true;
            var broken = new TaskCompletionSource();
            link.Multiplexer.ConnectionFailed += (_, failure) =>
            {
                if (failure.ConnectionType == ConnectionType.Subscription)
                    broken.TrySetResult();
            };
            await server.CommandAsync("CLIENT", "KILL", "TYPE", "pubsub");
            await broken.Task;
            return false;
        }
    }

    private sealed class Receiver : IBackplaneReceiver
    {
        public List<bool> Completeness { get; } = [];

        public void Received(ReadOnlySpan<byte> message)
        {
        }

        public void Interrupted()
        {
        }

        public void Resumed(bool isComplete) => Completeness.Add(isComplete);
    }
}
