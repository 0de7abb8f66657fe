using System.Security.Cryptography;
using System.Text;
using StackExchange.Redis;

namespace Strata.Redis.Scripts;

/// <summary>A script, called by its hash; a server that does not know it yet is sent the text.</summary>
/// <param name="text">The text in Lua.</param>
internal sealed class RedisScript(string text)
{
    // The protocol of Redis names scripts by it; nothing is kept secret or safe by it.
#pragma warning disable CA5350
    private readonly byte[] _hash = SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350

    /// <summary>Sends the call before it returns, so that calls made one after another arrive in this order, but for those a server had to be sent the text for.</summary>
    public Task<RedisResult> CallAsync(IDatabaseAsync database, byte[] key, RedisValue[] arguments) => CallAsync(database, [key], arguments);

    /// <inheritdoc cref="CallAsync(IDatabaseAsync, byte[], RedisValue[])"/>
    public Task<RedisResult> CallAsync(IDatabaseAsync database, RedisKey[] keys, RedisValue[] arguments)
    {
        Task<RedisResult> call = database.ScriptEvaluateAsync(_hash, keys, arguments, CommandFlags.DemandMaster);
        return call.IsCompletedSuccessfully ? call : OrWithTextAsync(call, database, keys, arguments);
    }

    private async Task<RedisResult> OrWithTextAsync(Task<RedisResult> call, IDatabaseAsync database, RedisKey[] keys, RedisValue[] arguments)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(text, keys, arguments, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
    }
}
