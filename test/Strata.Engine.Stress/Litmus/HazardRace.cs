namespace Strata.Engine.Stress.Litmus;

/// <summary>
/// Hazard pins against reclaiming. The reader names the page, checks the version again and then reads the page several times over; the
/// reclaimer unlinks, bumps, fences, and overwrites the page once no hazard names it.
/// </summary>
/// <remarks>
/// Before it names the page the reader stores to some cold lines, and so does the reclaimer before it unlinks, in the right copy as in the
/// broken ones: what has no fence behind it has to queue behind them, which holds the store-load hole open for as long as they take.
/// </remarks>
internal sealed unsafe class HazardRace : Race
{
    private const ulong Key = 3;
    private const ulong Place = 1;
    private const int ColdWords = 1 << 21;
    private const int ColdStores = 8;
    private const int Passes = 12;
    private const int LineWords = 8;

    private readonly RaceFault _fault;
    private readonly NativeWords _bucket = new(LineWords);
    private readonly NativeWords _hazard = new(LineWords);
    private readonly NativeWords _page = new(Payload.Words);
    private readonly NativeWords _coldOfReader = new(ColdWords);
    private readonly NativeWords _coldOfWriter = new(ColdWords);
    private ulong _sequence = 1;

    public HazardRace(RaceFault fault)
    {
        _fault = fault;
        Payload.Write(_page.Pointer, Key, _sequence);
        *Slot = Place;
    }

    private ulong* Version => _bucket.Pointer;

    private ulong* Slot => _bucket.Pointer + 1;

    public override void Write()
    {
        for (int i = 0; i < ColdStores; i++)
            _coldOfWriter.Pointer[NextOfWriter() % ColdWords] = _sequence;
        *Slot = 0;
        Volatile.Write(ref *Version, *Version + 2);
        if (_fault != RaceFault.NoFenceBeforeScan)
            Interlocked.MemoryBarrier();
        var spinner = default(SpinWait);
        while (Volatile.Read(ref *_hazard.Pointer) == Place)
            spinner.SpinOnce(sleep1Threshold: -1);
        Payload.Write(_page.Pointer, Key, ++_sequence);
        Volatile.Write(ref *Slot, Place);
        Pause(NextOfWriter());
        Pause(NextOfWriter());
    }

    public override ReadVerdict Read()
    {
        ulong before = Volatile.Read(ref *Version);
        ulong place = Volatile.Read(ref *Slot);
        if (place == 0)
            return ReadVerdict.Miss;
        for (int i = 0; i < ColdStores; i++)
            _coldOfReader.Pointer[NextOfReader() % ColdWords] = place;
        if (_fault == RaceFault.NoHazardFence)
            Volatile.Write(ref *_hazard.Pointer, place);
        else
            Interlocked.Exchange(ref *_hazard.Pointer, place);
        if (Volatile.Read(ref *Version) != before)
        {
            Volatile.Write(ref *_hazard.Pointer, 0);
            return ReadVerdict.Refused;
        }

        ReadVerdict verdict = ReadUnderPin();
        Volatile.Write(ref *_hazard.Pointer, 0);
        return verdict;
    }

    public override void Dispose()
    {
        _bucket.Dispose();
        _hazard.Dispose();
        _page.Dispose();
        _coldOfReader.Dispose();
        _coldOfWriter.Dispose();
    }

    /// <summary>Reads the page again and again: it must be whole and stay the same write.</summary>
    private ReadVerdict ReadUnderPin()
    {
        Span<ulong> copy = stackalloc ulong[Payload.Words];
        ulong sequence = Volatile.Read(ref _page.Pointer[1]);
        for (int pass = 0; pass < Passes; pass++)
        {
            new ReadOnlySpan<ulong>(_page.Pointer, Payload.Words).CopyTo(copy);
            if (copy[1] != sequence || !Payload.IsWhole(copy, Key))
                return ReadVerdict.Violation;
        }

        return ReadVerdict.Accepted;
    }
}
