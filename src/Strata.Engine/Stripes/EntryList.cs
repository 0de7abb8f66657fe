using System.Buffers;
using Strata.Engine.Layout;

namespace Strata.Engine.Stripes;

/// <summary>A few keys with what is known of their entries, copied out of a bucket into one pooled buffer.</summary>
internal struct EntryList
{
    private byte[] _keys;
    private Item[] _items;
    private int _keyBytes;

    public static EntryList Rent() => new() { _keys = ArrayPool<byte>.Shared.Rent(1024), _items = ArrayPool<Item>.Shared.Rent(32) };

    public int Count { get; private set; }

    public readonly ReadOnlySpan<byte> KeyAt(int index) => _keys.AsSpan(_items[index].Start, _items[index].KeyBytes);

    public readonly bool IsLiveAt(int index, long nowMs) => _items[index].Words.ExpiryMs > nowMs;

    /// <summary>What is known of an entry that is live at that time.</summary>
    public readonly EntryInfo InfoAt(int index, long nowMs) =>
        _items[index].Words.Describe(_items[index].Header, nowMs);

    public void Clear() => (Count, _keyBytes) = (0, 0);

    public void Add(ReadOnlySpan<byte> key, RecordHeader header, in RecordWords words)
    {
        Grow(ref _keys, _keyBytes, _keyBytes + key.Length);
        Grow(ref _items, Count, Count + 1);
        key.CopyTo(_keys.AsSpan(_keyBytes));
        _items[Count++] = new Item(_keyBytes, key.Length, header, words);
        _keyBytes += key.Length;
    }

    public void Return()
    {
        // Forgotten first: an array that was given back is never given back again.
        EntryList list = this;
        this = default;
        if (list._keys is null)
            return;
        ArrayPool<byte>.Shared.Return(list._keys);
        ArrayPool<Item>.Shared.Return(list._items);
    }

    private static void Grow<T>(ref T[] array, int used, int wanted)
    {
        if (wanted <= array.Length)
            return;
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(wanted, array.Length * 2));
        array.AsSpan(0, used).CopyTo(larger);
        T[] former = array;
        array = larger;
        ArrayPool<T>.Shared.Return(former);
    }

    private readonly record struct Item(int Start, int KeyBytes, RecordHeader Header, RecordWords Words);
}
