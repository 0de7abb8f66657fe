using System.Runtime.CompilerServices;
using StackExchange.Redis;
using Strata.Redis.Clocks;
using Strata.Redis.Connections;
using Strata.Redis.Scripts;

namespace Strata.Redis;

/// <content>What all verbs need of the connection.</content>
public sealed partial class RedisTier
{
    /// <summary>A reading of a server's clock that is older than this, or than a hundred times the timeout, is taken anew: clocks drift by 1/500, and a write must not seem late for that.</summary>
    private static readonly long s_clockAge = TimeSpan.FromSeconds(10).Ticks;

    /// <summary>Waits for a command as long as the options allow.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T> InTimeAsync<T>(Task<T> command, CancellationToken cancellationToken)
    {
        await EndOfAsync(command, cancellationToken).ConfigureAwait(false);
        return command.IsCompleted ? await command.ConfigureAwait(false) : throw new TimeoutException("The server did not answer in time.");
    }

    /// <summary>Waits until commands have ended, however they did, or as long as the options allow. Throws when the token is cancelled.</summary>
    /// <remarks>
    /// The client completes answers one after another on one thread. Who awaits us may block, for another answer even, so it goes on elsewhere.
    /// </remarks>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EndOfAsync(Task commands, CancellationToken cancellationToken)
    {
        if (commands.IsCompleted)
            return;
        await commands.WaitAsync(_options.OperationTimeout, _options.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!commands.IsCompleted)
            Forget(commands);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (!commands.IsCompleted)
            cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>A reading of a slot's clock that is not old. Answers <c>null</c> when that failed.</summary>
    private ValueTask<ServerMoment?> ClockOfAsync(int slot, byte[] key, CancellationToken cancellationToken)
    {
        ServerMoment? moment = _clocks.Find(slot);
        return IsOld(moment) ? ReadClockAsync(key, cancellationToken) : new(moment);
    }

    /// <summary>Reads the clock of the server that has a key. Answers <c>null</c> when that failed.</summary>
    private async ValueTask<ServerMoment?> ReadClockAsync(byte[] key, CancellationToken cancellationToken)
    {
        RedisLink link = _connection.Link;
        try
        {
            int slot = link.SlotOf(key);
            long sentAt = _node.Now;
            var reply = (RedisResult[])await InTimeAsync(TierScripts.Clock.CallAsync(link.Database, key, []), cancellationToken).ConfigureAwait(false);
            return Observe(slot, reply, 0, sentAt);
        }
        catch (Exception exception) when (IsFailure(exception, cancellationToken))
        {
            CountFailure(exception);
            return null;
        }
    }

    /// <summary>Takes note of the clock and the server in a reply.</summary>
    private ServerMoment Observe(int slot, RedisResult[] reply, int at, long sentAt)
    {
        if (reply.Length < at + 2)
            throw new InvalidCastException("The server did not tell who it is.");
        _node.Observe();
        return _clocks.Observe(slot, (string)reply[at + 1], (long)reply[at], sentAt, _node.Now);
    }

    private bool IsOld(ServerMoment? moment) => moment is null || _node.Now - moment.ReceivedAt > Math.Min(s_clockAge, 100 * _options.OperationTimeout.Ticks);

    private bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        ServerReply.IsFailure(exception) && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private void CountFailure(Exception exception)
    {
        if (ServerReply.IsWrongType(exception))
        {
            Interlocked.Increment(ref _foreign);
            return;
        }

        Interlocked.Increment(ref _failed);
        _connection.Ask();
    }

    /// <summary>Lets a command that nobody waits for fail unseen.</summary>
    private static void Forget(Task command) =>
        command.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
