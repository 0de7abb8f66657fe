namespace Strata.Redis.Scripts;

/// <summary>The scripts of the tier; DESIGN.md tells what they are for. Each touches one key and runs on the master that has it, at once and alone.</summary>
/// <remarks>A key whose hash does not begin like ours is left as it is: the answer is <see cref="Foreign"/>, or the server's own error for what is no hash.</remarks>
internal static partial class TierScripts
{
    public const int NotFound = 0;
    public const int Done = 1;
    public const int Superseded = 2;

    /// <summary>Another server answered than was meant, or at another time by its clock: nothing was done.</summary>
    public const int Stranger = 3;

    /// <summary>There was no room, and what was there before is gone.</summary>
    public const int NoRoom = 4;

    public const int Foreign = -1;

    private const string Ours = """
        local m = redis.call('HGET', KEYS[1], 'm')
        local old = -1
        if m then
          if #m < 28 or string.sub(m, 1, 2) ~= 'S\1' then return -1 end
          old = struct.unpack('>I8', m, 4)
        elseif redis.call('EXISTS', KEYS[1]) == 1 then
          return -1
        end
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local stamp = math.max(now, old + 1)

        """;

    private const string Server = "local id = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')\n";

    // Arguments: 1 value, 2 time to live in ms or 0, 3 stale grace in ms, 4 number of tags and the tags.
    private const string Put = """
        local ttl = tonumber(ARGV[2])
        local fresh = 0
        if ttl > 0 then fresh = math.floor(now / 1000) + ttl end
        local head = struct.pack('>I8I8I8', stamp, fresh, tonumber(ARGV[3]))
        local put = redis.pcall('HSET', KEYS[1], 'd', ARGV[1], 'm', 'S\1E' .. head .. ARGV[4])
        if type(put) == 'table' and put.err then
          if not string.find(put.err, 'OOM', 1, true) then return put end
          if m then redis.call('UNLINK', KEYS[1]) end
          status = 4
        elseif ttl > 0 then
          redis.call('PEXPIRE', KEYS[1], ttl + tonumber(ARGV[3]))
        elseif m then
          redis.call('PERSIST', KEYS[1])
        end

        """;

    /// <summary>
    /// Writes a value that is newer than all there is. Arguments as above, then 5 until when, by the server's clock: who sent it waits no longer, and may have written something newer. Answers a status.
    /// </summary>
    public static RedisScript Write { get; } = new(Ours + "if now > tonumber(ARGV[5]) then return 3 end\nlocal status = 1\n" + Put + "return status");

    /// <summary>
    /// Writes a loaded value unless the key has something newer. Arguments as above, then 5 the stamp it has, 6 the server meant, 7 what its clock showed at least when this was sent, 8 the life of removals in microseconds.
    /// Answers status, clock, server and the stamp that was there.
    /// </summary>
    public static RedisScript Keep { get; } = new(
        Ours.Replace("return -1", "return {-1}", StringComparison.Ordinal) + Server + """
        local asof = tonumber(ARGV[5])
        if id ~= ARGV[6] or now < tonumber(ARGV[7]) then return {3, now, id, old} end
        if old >= asof or now - asof > tonumber(ARGV[8]) then return {2, now, id, old} end
        stamp = asof
        local status = 1

        """ + Put + "return {status, now, id, old}");

    /// <summary>Removes what is there, and remembers it for a while. Argument: how long, in ms. Answers whether there was an entry.</summary>
    /// <remarks>Taking away comes first: after that a server without room still takes the little that follows.</remarks>
    public static RedisScript Remove { get; } = new(
        Ours + """
        local was = 0
        if m and string.sub(m, 3, 3) == 'E' then was = 1 end
        redis.call('UNLINK', KEYS[1])
        redis.call('HSET', KEYS[1], 'm', 'S\1R' .. struct.pack('>I8I8I8', stamp, 0, 0) .. '\0')
        redis.call('PEXPIRE', KEYS[1], ARGV[1])
        return was
        """);

    /// <summary>Removes one writing of an entry and nothing newer, and remembers it as a removal of the same age. Arguments: 1 its stamp, 2 how long, in ms.</summary>
    public static RedisScript Undo { get; } = new(
        Ours + """
        if old ~= tonumber(ARGV[1]) or string.sub(m, 3, 3) ~= 'E' then return 0 end
        redis.call('UNLINK', KEYS[1])
        redis.call('HSET', KEYS[1], 'm', 'S\1R' .. struct.pack('>I8I8I8', old, 0, 0) .. '\0')
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return 1
        """);

    /// <summary>Removes an entry and forgets it; the fence remembers. Answers whether there was one.</summary>
    public static RedisScript Sweep { get; } = new(
        Ours + """
        if not m or string.sub(m, 3, 3) ~= 'E' then return 0 end
        redis.call('UNLINK', KEYS[1])
        return 1
        """);

    /// <summary>Reads the clock of the server that has the key. Answers clock and server.</summary>
    public static RedisScript Clock { get; } = new(
        Server + """
        local time = redis.call('TIME')
        return {time[1] * 1000000 + time[2], id}
        """);
}
