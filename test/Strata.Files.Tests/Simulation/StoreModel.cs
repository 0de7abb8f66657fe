using System.Buffers.Binary;
using Strata.TestKit.Bytes;
using Strata.Tiers;
using Xunit;

namespace Strata.Files.Tests.Simulation;

/// <summary>
/// What a store may answer. Every change of a key is an event with a number; a value says which event wrote it. While a store is open a key answers with its last event or with nothing; after a failure with any event that is not
/// older than its last durable one.
/// </summary>
internal sealed class StoreModel
{
    public const int KeyCount = 8;
    private const int HeadBytes = 12;

    private readonly List<(int Event, bool HasValue)>[] _events = [.. Enumerable.Range(0, KeyCount).Select(_ => new List<(int, bool)>())];
    private readonly int[] _durable = new int[KeyCount];
    private readonly int[] _session = new int[KeyCount];
    private int _last;

    // The last event that is stale: surely, surely after a failure, and perhaps.
    private int _stale;
    private int _staleDurable;
    private int _staleAtMost;

    public static byte[] Key(int key) => [(byte)'k', (byte)key, .. TestBytes.Value((ulong)key, key * 3)];

    /// <summary>An event that gives a key a value, which it returns.</summary>
    public byte[] Write(int key, int lengthBytes)
    {
        byte[] value = new byte[HeadBytes + lengthBytes];
        BinaryPrimitives.WriteInt32LittleEndian(value, key);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(4), ++_last);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(8), lengthBytes);
        TestBytes.Fill(value.AsSpan(HeadBytes), (ulong)_last);
        _events[key].Add((_last, true));
        _session[key] = _last;
        return value;
    }

    /// <summary>An event that takes the value.</summary>
    public void Remove(int key)
    {
        _events[key].Add((++_last, false));
        _session[key] = _last;
    }

    /// <summary>What there is now is stale.</summary>
    public void MarkStale() => _stale = _staleAtMost = _last;

    /// <summary>And stays it after a failure.</summary>
    public void MakeMarkDurable() => _staleDurable = _stale;

    /// <summary>What became of a key in this opening survives a failure. Of former openings nobody knows what was left.</summary>
    public void MakeDurable(int key) => _durable[key] = Math.Max(_durable[key], _session[key]);

    public void MakeAllDurable()
    {
        for (int key = 0; key < KeyCount; key++)
            MakeDurable(key);
        MakeMarkDurable();
    }

    /// <summary>The store was opened anew. Without trust in what it holds, that is stale.</summary>
    public void Restart(bool isTrusting)
    {
        Array.Clear(_session);
        _stale = isTrusting ? _staleDurable : _last;
        _staleAtMost = Math.Max(_staleAtMost, _stale);
    }

    /// <summary>Checks what a key answered.</summary>
    public void Check(int key, TierRead read, ReadOnlySpan<byte> value, string where)
    {
        if (read.Status is TierReadStatus.Miss or TierReadStatus.Faulted)
        {
            Assert.True(value.IsEmpty, where);
            return;
        }

        Assert.True(value.Length >= HeadBytes && BinaryPrimitives.ReadInt32LittleEndian(value) == key, $"{where}: key {key} has another one's value");
        int number = BinaryPrimitives.ReadInt32LittleEndian(value[4..]), length = BinaryPrimitives.ReadInt32LittleEndian(value[8..]);
        Assert.True(value.Length == HeadBytes + length && TestBytes.IsValue(value[HeadBytes..], (ulong)number), $"{where}: key {key} has a value that nobody wrote");
        Assert.True(_events[key].Contains((number, true)), $"{where}: key {key} answers event {number}, which was none of its writes");
        Assert.True(number >= _durable[key], $"{where}: key {key} answers event {number}, older than its durable event {_durable[key]}");
        Assert.True(_session[key] == 0 || number == _session[key], $"{where}: key {key} answers event {number}, not its last one {_session[key]}");
        Assert.True(number > _stale || read.Status == TierReadStatus.Stale, $"{where}: key {key} answers event {number}, which is not newer than the mark at {_stale}, and is no stale value");
        Assert.True(number <= _staleAtMost || read.Status == TierReadStatus.Hit, $"{where}: key {key} answers event {number}, newer than the mark at {_staleAtMost}, and is {read.Status}");
    }
}
