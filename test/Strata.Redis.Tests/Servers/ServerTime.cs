using StackExchange.Redis;

namespace Strata.Redis.Tests.Servers;

/// <summary>Lets time pass for what a server keeps: every entry under a prefix ends that much earlier.</summary>
internal static class ServerTime
{
    private const string Script = """
        local m = redis.call('HGET', KEYS[1], 'm')
        local by = tonumber(ARGV[1])
        local fresh = struct.unpack('>I8', m, 12)
        if fresh == 0 then return end
        redis.call('HSET', KEYS[1], 'm', string.sub(m, 1, 11) .. struct.pack('>I8', fresh - by) .. string.sub(m, 20))
        redis.call('PEXPIRE', KEYS[1], redis.call('PTTL', KEYS[1]) - by)
        """;

    public static async Task PassAsync(IConnectionMultiplexer multiplexer, string prefix, TimeSpan time)
    {
        IDatabase database = multiplexer.GetDatabase();
        foreach (System.Net.EndPoint endPoint in multiplexer.GetEndPoints())
        {
            IServer server = multiplexer.GetServer(endPoint);
            if (server.IsSlave)
                continue;
            foreach (RedisKey key in server.Keys(0, prefix.Replace("[", "\\[", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal) + "/*"))
                await database.ScriptEvaluateAsync(Script, [key], [(long)time.TotalMilliseconds]);
        }
    }
}
