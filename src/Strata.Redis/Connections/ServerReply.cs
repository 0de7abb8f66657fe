using System.Net.Sockets;
using StackExchange.Redis;

namespace Strata.Redis.Connections;

/// <summary>What an exception of the client stands for.</summary>
internal static class ServerReply
{
    /// <summary>Waits until a command has ended, however it did, or for a time, or until the token is cancelled; which of them it was, the task tells.</summary>
    /// <remarks>The client completes answers one after another on one thread. Who awaits us may block, for another answer even, so it goes on elsewhere.</remarks>
    public static async Task EndOfAsync(Task command, TimeSpan patience, CancellationToken cancellationToken)
    {
        // In halves: a pause of this process ends one of them, and leaves the other for an answer that came meanwhile.
        for (int half = 0; half < 2 && !command.IsCompleted && !cancellationToken.IsCancellationRequested; half++)
            await command.WaitAsync(patience / 2, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!command.IsCompletedSuccessfully)
            _ = command.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    /// <summary>Whether the server failed, or the way to it. Anything else is a bug.</summary>
    public static bool IsFailure(Exception exception) =>
        exception is RedisException or RedisCommandException or TimeoutException or IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidCastException;

    /// <summary>Whether the key holds what is no hash.</summary>
    public static bool IsWrongType(Exception exception) => exception is RedisServerException && exception.Message.Contains("WRONGTYPE", StringComparison.Ordinal);

    /// <summary>Whether the server wants to know who we are, and was not or wrongly told.</summary>
    public static bool IsRejection(Exception exception)
    {
        for (Exception? each = exception; each is not null; each = each.InnerException)
        {
            if (each is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure })
                return true;
            if (each is RedisServerException && (each.Message.Contains("NOAUTH", StringComparison.Ordinal) || each.Message.Contains("WRONGPASS", StringComparison.Ordinal)))
                return true;
        }

        return false;
    }
}
