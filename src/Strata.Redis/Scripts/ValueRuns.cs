using StackExchange.Redis;

namespace Strata.Redis.Scripts;

/// <summary>The arguments of <see cref="TierScripts.Write"/> and <see cref="TierScripts.Keep"/>: values in runs of the same metadata, which is sent and unpacked once a run.</summary>
internal sealed class ValueRuns
{
    private const int HeaderArguments = 3;

    private RedisValue[] _arguments;
    private int _length;
    private byte[] _rest = [];
    private long? _stampUs;
    private int _countAt;
    private int _count;

    /// <param name="room">About how many values.</param>
    /// <param name="first">What comes before the values.</param>
    public ValueRuns(int room, params ReadOnlySpan<RedisValue> first)
    {
        _arguments = new RedisValue[first.Length + HeaderArguments + room];
        first.CopyTo(_arguments);
        _length = first.Length;
    }

    /// <param name="value">The value.</param>
    /// <param name="rest">Its <see cref="Entries.EntryMeta.Rest"/>.</param>
    /// <param name="stampUs">Its stamp; <c>null</c> where the server gives it one.</param>
    public void Add(byte[] value, byte[] rest, long? stampUs = null)
    {
        if (stampUs != _stampUs || (rest != _rest && !rest.AsSpan().SequenceEqual(_rest)))
        {
            if (stampUs is { } stamp)
                Append(stamp);
            Append(rest);
            (_rest, _stampUs, _count, _countAt) = (rest, stampUs, 0, _length);
            Append(0);
        }

        _arguments[_countAt] = ++_count;
        Append(value);
    }

    /// <summary>The arguments; nothing is added any more.</summary>
    public RedisValue[] ToArray()
    {
        Array.Resize(ref _arguments, _length);
        return _arguments;
    }

    private void Append(RedisValue argument)
    {
        if (_length == _arguments.Length)
            Array.Resize(ref _arguments, 2 * _length);
        _arguments[_length++] = argument;
    }
}
