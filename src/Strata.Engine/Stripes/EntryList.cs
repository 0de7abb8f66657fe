using System.Buffers;

namespace Strata.Engine.Stripes;

/// <summary>A few keys with what is known of their entries, copied out of a bucket into one pooled buffer.</summary>
internal struct EntryList
{
    private byte[] _keys;
    private (int Start, int Length, EntryInfo Info)[] _entries;
    private int _keyBytes;

    public static EntryList Rent() => new() { _keys = ArrayPool<byte>.Shared.Rent(1024), _entries = ArrayPool<(int, int, EntryInfo)>.Shared.Rent(32) };

    public int Count { get; private set; }

    public readonly ReadOnlySpan<byte> KeyAt(int index) => _keys.AsSpan(_entries[index].Start, _entries[index].Length);

    public readonly EntryInfo InfoAt(int index) => _entries[index].Info;

    public void Clear() => (Count, _keyBytes) = (0, 0);

    public void Add(ReadOnlySpan<byte> key, in EntryInfo info)
    {
        Grow(ref _keys, _keyBytes, _keyBytes + key.Length);
        Grow(ref _entries, Count, Count + 1);
        key.CopyTo(_keys.AsSpan(_keyBytes));
        _entries[Count++] = (_keyBytes, key.Length, info);
        _keyBytes += key.Length;
    }

    public void Return()
    {
        if (_keys is null)
            return;
        ArrayPool<byte>.Shared.Return(_keys);
        ArrayPool<(int, int, EntryInfo)>.Shared.Return(_entries);
        this = default;
    }

    private static void Grow<T>(ref T[] array, int used, int wanted)
    {
        if (wanted <= array.Length)
            return;
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(wanted, array.Length * 2));
        array.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}
