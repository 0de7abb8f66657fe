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
        local call, pcall, pack, unpack, type = redis.call, redis.pcall, struct.pack, struct.unpack, type
        local time = call('TIME')
        local now = time[1] * 1000000 + time[2]
        local keys, args = KEYS, ARGV
        -- What is there: whether it is ours or nothing, its stamp, and whether it expires.
        local function look(key)
          local m = pcall('HGET', key, 'm')
          if not m then return call('EXISTS', key) == 0, -1, false end
          if type(m) == 'table' or #m < 28 then return false end
          local magic, kind, stamp, fresh = unpack('>I2BI8I8', m)
          return magic == 21249, stamp, fresh > 0 or kind ~= 69
        end
        -- The metadata, and when the server ends the entry, if it does. In the rest stands the time to live in the place of the moment until which the value is fresh; 0 is 0 in both.
        local function meta(stamp, rest)
          local ttl, grace = unpack('>I8I8', rest)
          local ends = false
          if ttl > 0 then
            local fresh = math.floor(now / 1000) + ttl
            rest = pack('>I8', fresh) .. string.sub(rest, 9)
            ends = string.format('%.0f', fresh + grace)
          end
          return pack('>I2BI8', 21249, 69, stamp) .. rest, ends
        end
        local function put(key, value, m, ends, old, expires)
          local done = pcall('HSET', key, 'd', value, 'm', m)
          if type(done) == 'table' then
            if not string.find(done.err, 'OOM', 1, true) then return 5 end
            if old >= 0 then call('UNLINK', key) end
            return 4
          end
          if ends then call('PEXPIREAT', key, ends) elseif expires then call('PERSIST', key) end
          return 1
        end

        """;

    /// <summary>
    /// Writes values that are newer than all there is. Arguments: 1 until when, by the server's clock (who sent it waits no longer then, and may have written something newer); then the values in runs: their common
    /// <see cref="EntryMeta.Rest"/>, how many they are, and each of them. Answers one status a key. More than one key only where there are no slots.
    /// </summary>
    public static RedisScript Write { get; } = new(
        Functions + """
        local isLate = now > tonumber(args[1])
        local all = {}
        local at, left = 1, 0
        local rest, m, ends
        for i = 1, #keys do
          if left == 0 then
            rest, left, at = args[at + 1], tonumber(args[at + 2]), at + 2
            m, ends = meta(now, rest)
          end
          at, left = at + 1, left - 1
          local key = keys[i]
          local isOurs, old, expires = look(key)
          if isLate then
            all[i] = 3
          elseif not isOurs then
            all[i] = -1
          else
            all[i] = put(key, args[at], old < now and m or meta(old + 1, rest), ends, old, expires)
          end
        end
        return all
        """);

    /// <summary>
    /// Writes loaded values unless their keys have something newer. Arguments: 1 the server meant, 2 what its clock showed at least when this was sent, 3 the life of removals in microseconds, 4 until when, 5 the number of values; then
    /// as above, each run with its stamp before it. More than one value only where there are no slots; there the last key is the fence. Answers clock, server, the statuses, the stamps of what was there instead of those superseded, and the fields of the fence.
    /// </summary>
    public static RedisScript Keep { get; } = new(
        Functions + Server + """
        local count = tonumber(args[5])
        local fence = {}
        if keys[count + 1] then fence = pcall('HGETALL', keys[count + 1]) end
        local isForeign = fence.err ~= nil
        if isForeign then fence = {} end
        local isStranger = id ~= args[1] or now < tonumber(args[2]) or now > tonumber(args[4])
        local oldest = now - tonumber(args[3])
        local statuses, stamps = {}, {}
        local at, left = 5, 0
        local asof, m, ends
        for i = 1, count do
          if left == 0 then
            asof, left = tonumber(args[at + 1]), tonumber(args[at + 3])
            m, ends = meta(asof, args[at + 2])
            at = at + 3
          end
          at, left = at + 1, left - 1
          local key = keys[i]
          local isOurs, old, expires = look(key)
          if not isOurs or isForeign then
            statuses[i] = -1
          elseif isStranger then
            statuses[i] = 3
          elseif old >= asof or asof < oldest then
            statuses[i] = 2
            stamps[#stamps + 1] = old
          else
            statuses[i] = put(key, args[at], m, ends, old, expires)
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
