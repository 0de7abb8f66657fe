namespace Strata.Engine.Insight;

/// <summary>The keys of one ring of one miniature cache, from the oldest to the newest.</summary>
internal sealed class MiniatureList(MiniatureKey[] keys, int cache, MiniatureRing ring)
{
    private ushort _last;

    public ushort First { get; private set; }

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public void Append(ushort key)
    {
        ref MiniaturePlace place = ref keys[key].Places[cache];
        (place.Ring, place.Previous, place.Next) = (ring, _last, 0);
        if (_last == 0)
            First = key;
        else
            keys[_last].Places[cache].Next = key;
        _last = key;
        Count++;
        Bytes += keys[key].EntryBytes;
    }

    public void Remove(ushort key)
    {
        ref MiniaturePlace place = ref keys[key].Places[cache];
        if (place.Previous == 0)
            First = place.Next;
        else
            keys[place.Previous].Places[cache].Next = place.Next;
        if (place.Next == 0)
            _last = place.Previous;
        else
            keys[place.Next].Places[cache].Previous = place.Previous;
        place.Ring = MiniatureRing.None;
        Count--;
        Bytes -= keys[key].EntryBytes;
    }

    /// <summary>Counts the bytes of a key that is about to have so many.</summary>
    public void Resize(ushort key, int entryBytes) => Bytes += entryBytes - keys[key].EntryBytes;

    public void Clear()
    {
        First = _last = 0;
        (Count, Bytes) = (0, 0);
    }
}
