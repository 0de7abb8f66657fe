namespace Strata.Redis.Scripts;

/// <content>What is known of tags, and of invalidations by key: hashes whose fields <see cref="Entries.InvalidationRecord"/> describes.</content>
internal static partial class TierScripts
{
    private const string Record = """
        local v = redis.call('HGET', KEYS[1], 'v')
        if not v and redis.call('EXISTS', KEYS[1]) == 1 then return -1 end
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local stamp = math.max(now, (tonumber(v) or 0) + 1)
        local text = string.format('%.0f', stamp)
        local function void()
          redis.call('UNLINK', KEYS[1])
          redis.call('HSET', KEYS[1], 'v', text, 'i', text, 'n', '0')
          redis.call('PEXPIRE', KEYS[1], ARGV[1])
          return 1
        end

        """;

    /// <summary>Voids all that was written under the record. Argument: how long that is remembered, in ms.</summary>
    public static RedisScript Void { get; } = new(Record + "return void()");

    /// <summary>Adds a rule to the record, or voids all when there are too many. Arguments: 1 how long it is remembered at least, in ms, 2 the rule, 3 the most rules.</summary>
    public static RedisScript AddRule { get; } = new(
        Record + """
        local n = tonumber(redis.call('HGET', KEYS[1], 'n') or '0')
        if n >= tonumber(ARGV[3]) then return void() end
        if not v then redis.call('HSET', KEYS[1], 'v', text) end
        n = string.format('%.0f', n + 1)
        redis.call('HSET', KEYS[1], 'n', n, n, struct.pack('>I8', stamp) .. ARGV[2])
        local left = redis.call('PTTL', KEYS[1])
        if not v or (left >= 0 and left < tonumber(ARGV[1])) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
        return 1
        """);

    /// <summary>Reads a tag's record for an entry about to be written, and makes sure that it outlives the entry. Argument: the entry's life in ms, 0 for ever. Answers clock, server and the fields.</summary>
    public static RedisScript Join { get; } = new(
        Record + Server + """
        local life = tonumber(ARGV[1])
        local left = -1
        if v then left = redis.call('PTTL', KEYS[1]) else redis.call('HSET', KEYS[1], 'v', text, 'n', '0') end
        if life == 0 then
          if left >= 0 then redis.call('PERSIST', KEYS[1]) end
        elseif not v or (left >= 0 and left < life) then
          redis.call('PEXPIRE', KEYS[1], life)
        end
        return {now, id, redis.call('HGETALL', KEYS[1])}
        """);

    /// <summary>Reads a record. Answers clock, server and the fields.</summary>
    public static RedisScript Look { get; } = new(Record + Server + "return {now, id, redis.call('HGETALL', KEYS[1])}");
}
