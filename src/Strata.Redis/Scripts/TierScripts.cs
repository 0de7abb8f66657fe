using Strata.Redis.Entries;

namespace Strata.Redis.Scripts;

/// <summary>The scripts of the tier; DESIGN.md tells what they are for. Each runs on the master that has its keys, at once and alone, and touches one key: only a server without slots is given more.</summary>
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

    /// <summary>The server refused for another reason.</summary>
    public const int Failed = 5;

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

    private const string Functions = """
        local call, pcall = redis.call, redis.pcall
        local time = call('TIME')
        local now = time[1] * 1000000 + time[2]
        -- What is there: whether it is ours or nothing, the metadata, the stamp, and whether it expires.
        local function look(key)
          local m = pcall('HGET', key, 'm')
          if not m then return call('EXISTS', key) == 0, nil, -1, false end
          if type(m) == 'table' or #m < 28 then return false end
          local magic, version, _, stamp, fresh = struct.unpack('>BBBI8I8', m)
          return magic == 83 and version == 1, m, stamp, fresh > 0
        end
        -- The rest of the metadata comes with the time to live in the place of the moment until which the value is fresh; 0 is 0 in both.
        local function put(key, m, expires, stamp, value, rest)
          local ttl, grace = struct.unpack('>I8I8', rest)
          if ttl > 0 then rest = struct.pack('>I8', math.floor(now / 1000) + ttl) .. string.sub(rest, 9) end
          local done = pcall('HSET', key, 'd', value, 'm', struct.pack('>BBBI8', 83, 1, 69, stamp) .. rest)
          if type(done) == 'table' then
            if not string.find(done.err, 'OOM', 1, true) then return 5 end
            if m then call('UNLINK', key) end
            return 4
          end
          if ttl > 0 then call('PEXPIRE', key, ttl + grace) elseif expires then call('PERSIST', key) end
          return 1
        end

        """;

    /// <summary>
    /// Writes values that are newer than all there is. Arguments: 1 until when, by the server's clock (who sent it waits no longer then, and may have written something newer); then for each key its value and
    /// its <see cref="EntryMeta.Rest"/>. Answers one status a key. More than one key only where there are no slots.
    /// </summary>
    public static RedisScript Write { get; } = new(
        Functions + """
        local isLate = now > tonumber(ARGV[1])
        local all = {}
        for i = 1, #KEYS do
          local key = KEYS[i]
          local isOurs, m, old, expires = look(key)
          if isLate then
            all[i] = 3
          elseif not isOurs then
            all[i] = -1
          else
            if old < now then old = now - 1 end
            all[i] = put(key, m, expires, old + 1, ARGV[i * 2], ARGV[i * 2 + 1])
          end
        end
        return all
        """);

    /// <summary>
    /// Writes loaded values unless their keys have something newer. Arguments: 1 the server meant, 2 what its clock showed at least when this was sent, 3 the life of removals in microseconds, 4 until when, 5 the number of values; then for
    /// each the stamp it has, and as above. More than one only where there are no slots; there the last key is the fence. Answers clock, server, the statuses, the stamps of what was there instead of those superseded, and the fields of the fence.
    /// </summary>
    public static RedisScript Keep { get; } = new(
        Functions + Server + """
        local count = tonumber(ARGV[5])
        local fence = {}
        if KEYS[count + 1] then fence = pcall('HGETALL', KEYS[count + 1]) end
        local isForeign = fence.err ~= nil
        if isForeign then fence = {} end
        local isStranger = id ~= ARGV[1] or now < tonumber(ARGV[2]) or now > tonumber(ARGV[4])
        local oldest = now - tonumber(ARGV[3])
        local statuses, stamps = {}, {}
        for i = 1, count do
          local key, at = KEYS[i], i * 3 + 3
          local asof = tonumber(ARGV[at])
          local isOurs, m, old, expires = look(key)
          if not isOurs or isForeign then
            statuses[i] = -1
          elseif isStranger then
            statuses[i] = 3
          elseif old >= asof or asof < oldest then
            statuses[i] = 2
            stamps[#stamps + 1] = old
          else
            statuses[i] = put(key, m, expires, asof, ARGV[at + 1], ARGV[at + 2])
          end
        end
        return {now, id, statuses, stamps, fence}
        """);

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

    /// <summary>Removes an entry that is older than a value which is not kept, and remembers that. Arguments: 1 the value's stamp, 2 how long, in ms. Answers whether there was one.</summary>
    public static RedisScript Yield { get; } = new(
        Ours + """
        if old >= tonumber(ARGV[1]) or not m or string.sub(m, 3, 3) ~= 'E' then return 0 end
        redis.call('UNLINK', KEYS[1])
        redis.call('HSET', KEYS[1], 'm', 'S\1R' .. struct.pack('>I8I8I8', stamp, 0, 0) .. '\0')
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
