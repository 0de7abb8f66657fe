namespace Strata.Engine.Stress.Litmus;

/// <summary>
/// Validated reads against recycling. Each key has a bucket; there is one page less than keys. The writer takes the page of one key for the
/// key that has none: unlink, bump, write barrier, overwrite, publish.
/// </summary>
internal sealed unsafe class RecycleRace : Race
{
    private const int Keys = 4;
    private const int BucketWords = 8;

    private readonly RaceFault _fault;
    private readonly NativeWords _buckets = new(Keys * BucketWords);
    private readonly NativeWords _pages = new(Keys * Payload.Words);
    private ulong _sequence;
    private int _absentKey = Keys - 1;

    public RecycleRace(RaceFault fault)
    {
        _fault = fault;
        for (int key = 0; key < Keys - 1; key++)
        {
            Payload.Write(PageAt((ulong)key + 1), (ulong)key, ++_sequence);
            *Slot(key) = (ulong)key + 1;
        }
    }

    public override void Write()
    {
        int key = (_absentKey + 1 + (int)(NextOfWriter() % (Keys - 1))) % Keys;
        ulong place = *Slot(key);
        if (_fault == RaceFault.ReuseBeforeUnlink)
        {
            Payload.Write(PageAt(place), (ulong)_absentKey, ++_sequence);
            Pause(NextOfWriter());
        }

        *Slot(key) = 0;
        Volatile.Write(ref *Version(key), *Version(key) + 2);
        Volatile.WriteBarrier();
        if (_fault != RaceFault.ReuseBeforeUnlink)
        {
            Pause(NextOfWriter());
            Payload.Write(PageAt(place), (ulong)_absentKey, ++_sequence);
        }

        Volatile.Write(ref *Slot(_absentKey), place);
        _absentKey = key;
        Pause(NextOfWriter());
    }

    public override ReadVerdict Read()
    {
        int key = (int)(NextOfReader() % Keys);
        ulong before = Volatile.Read(ref *Version(key));
        ulong place = Volatile.Read(ref *Slot(key));
        if (place == 0)
            return ReadVerdict.Miss;
        Span<ulong> copy = stackalloc ulong[Payload.Words];
        ulong* page = PageAt(place);
        bool hasKey = page[0] == (ulong)key;
        Pause(NextOfReader());
        new ReadOnlySpan<ulong>(page, Payload.Words).CopyTo(copy);
        Volatile.ReadBarrier();
        if (_fault != RaceFault.NoVersionCheck && *Version(key) != before)
            return ReadVerdict.Refused;
        if (!hasKey)
            return _fault == RaceFault.NoVersionCheck ? ReadVerdict.Refused : ReadVerdict.Violation;
        return Payload.IsWhole(copy, (ulong)key) ? ReadVerdict.Accepted : ReadVerdict.Violation;
    }

    public override void Dispose()
    {
        _buckets.Dispose();
        _pages.Dispose();
    }

    private ulong* Version(int key) => _buckets.Pointer + key * BucketWords;

    private ulong* Slot(int key) => Version(key) + 1;

    /// <summary>Places count from 1, as 0 is an empty slot.</summary>
    private ulong* PageAt(ulong place) => _pages.Pointer + (place - 1) * Payload.Words;
}
