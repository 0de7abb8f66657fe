using StackExchange.Redis;

namespace Strata.Redis.Scripts;

/// <summary>The arguments of <see cref="TierScripts.Write"/> and <see cref="TierScripts.Keep"/>: values in runs of the same metadata, which is sent and unpacked once a run.</summary>
internal sealed class ValueRuns
{
    private readonly List<RedisValue> _arguments;
    private byte[] _rest = [];
    private long? _stampUs;
    private int _countAt;
    private int _count;

    /// <param name="room">About how many values.</param>
    /// <param name="first">What comes before the values.</param>
    public ValueRuns(int room, params ReadOnlySpan<RedisValue> first)
    {
        const int HeaderArguments = 3;
        _arguments = new(first.Length + HeaderArguments + room);
        _arguments.AddRange(first);
    }

    /// <param name="value">The value.</param>
    /// <param name="rest">Its <see cref="Entries.EntryMeta.Rest"/>.</param>
    /// <param name="stampUs">Its stamp; <c>null</c> where the server gives it one.</param>
    public void Add(byte[] value, byte[] rest, long? stampUs = null)
    {
        if (stampUs != _stampUs || !rest.AsSpan().SequenceEqual(_rest))
        {
            if (stampUs is { } stamp)
                _arguments.Add(stamp);
            _arguments.Add(rest);
            (_rest, _stampUs, _count, _countAt) = (rest, stampUs, 0, _arguments.Count);
            _arguments.Add(0);
        }

        _arguments[_countAt] = ++_count;
        _arguments.Add(value);
    }

    public RedisValue[] ToArray() => [.. _arguments];
}
