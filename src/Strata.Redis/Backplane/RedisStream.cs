using StackExchange.Redis;
using Strata.Redis.Connections;

namespace Strata.Redis.Backplane;

/// <summary>The commands on a stream, which the client has no methods for.</summary>
internal static class RedisStream
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>The field of an entry that is a message.</summary>
    public const string MessageField = "m";

    /// <summary>The field of an entry that a node only reads on from.</summary>
    public const string MarkField = "n";

    public static Task<RedisResult> AddAsync(RedisLink link, RedisBackplaneOptions options, string field, RedisValue value) =>
        AnswerAsync(link.Database.ExecuteAsync("XADD", [(RedisKey)options.Channel, "MAXLEN", "~", options.StreamLength, "*", field, value], CommandFlags.DemandMaster));

    /// <summary>Reads entries from one on, that one first.</summary>
    public static async Task<RedisResult[]> ReadAsync(RedisLink link, RedisBackplaneOptions options, RedisValue position, int count) =>
        (RedisResult[]?)await AnswerAsync(link.Database.ExecuteAsync("XRANGE", [(RedisKey)options.Channel, position, "+", "COUNT", count], CommandFlags.DemandMaster)).ConfigureAwait(false) ?? [];

    private static async Task<RedisResult> AnswerAsync(Task<RedisResult> command)
    {
        await ServerReply.EndOfAsync(command, s_patience, CancellationToken.None).ConfigureAwait(false);
        return command.IsCompleted ? await command.ConfigureAwait(false) : throw new TimeoutException("The server did not answer in time.");
    }

    public static RedisValue IdOf(RedisResult entry) => (RedisValue)PartsOf(entry)[0];

    /// <summary>The message of an entry; <c>null</c> when it is none.</summary>
    public static byte[]? MessageOf(RedisResult entry)
    {
        var fields = (RedisResult[]?)PartsOf(entry)[1];
        return fields is { Length: 2 } && (string?)fields[0] == MessageField ? (byte[]?)fields[1] : null;
    }

    private static RedisResult[] PartsOf(RedisResult entry) =>
        (RedisResult[]?)entry is { Length: 2 } parts ? parts : throw new InvalidCastException("The server's answer is no entry of a stream.");
}
