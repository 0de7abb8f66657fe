using StackExchange.Redis;
using Strata.Redis.Clocks;
using Strata.Redis.Scripts;

namespace Strata.Redis;

/// <summary>Entries that are written by one call.</summary>
/// <param name="moment">A reading of the clock of the server that they go to.</param>
/// <param name="room">The most entries.</param>
internal sealed class WriteBatch(ServerMoment moment, int room)
{
    /// <summary>What a call costs is shared by this many; a server does nothing else meanwhile.</summary>
    public const int MaxKeys = 32;

    /// <summary>A batch with this many bytes of values takes no more.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly int[] _indexes = new int[room];
    private readonly ValueRuns _values = new(room, 0);
    private RedisKey[] _keys = new RedisKey[room];
    private long _bytes;

    public ServerMoment Moment { get; set; } = moment;

    public byte[] FirstKey => _keys[0]!;

    public int Count { get; private set; }

    public bool IsFull => Count == room || _bytes >= MaxBytes;

    public Task<RedisResult>? Call { get; set; }

    /// <summary>The index of an entry in the caller's list.</summary>
    public int IndexOf(int at) => _indexes[at];

    public void Add(int index, byte[] key, byte[] value, byte[] rest)
    {
        _indexes[Count] = index;
        _keys[Count++] = key;
        _values.Add(value, rest);
        _bytes += value.Length;
    }

    /// <param name="database">Where to.</param>
    /// <param name="untilUs">After which time, by the server's clock, nothing is written any more.</param>
    public Task<RedisResult> Send(IDatabaseAsync database, long untilUs)
    {
        Array.Resize(ref _keys, Count);
        RedisValue[] arguments = _values.ToArray();
        arguments[0] = untilUs;
        return TierScripts.Write.CallAsync(database, _keys, arguments);
    }
}
