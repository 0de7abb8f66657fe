using Strata.Engine.Layout;
using Strata.Engine.Memory;

namespace Strata.Engine.Stress.Litmus;

/// <summary>
/// The engine's own pool and hazard words. The writer publishes one page after another and returns the one before, which the pool poisons unless it
/// finds it pinned; the reader pins what is published and reads it several times over. A reader without a pin reads poison.
/// </summary>
internal sealed unsafe class PoisonRace : Race
{
    private const ulong Key = 5;
    private const int PageBytes = 8192;
    private const int PageCount = 8;
    private const int Passes = 12;

    private readonly RaceFault _fault;
    private readonly NativeRegion _region = NativeRegion.Rent(PagePool.RegionBytes(PageBytes, PageCount), PagePool.KeptBytes(0));
    private readonly PagePool _pool;
    private readonly NativeWords _bucket = new(8);
    private ulong _sequence;

    public PoisonRace(RaceFault fault)
    {
        _fault = fault;
        _pool = new PagePool(_region, PageBytes, PageCount, poisons: true);
        _pool.SetBudget(PageCount * (long)(PageBytes + PagePool.PageMetadataBytes));
        *Slot = TakeWritten();
    }

    private ulong* Version => _bucket.Pointer;

    private ulong* Slot => _bucket.Pointer + 1;

    public override void Write()
    {
        ulong next = TakeWritten();
        ulong former = *Slot;
        *Slot = 0;
        Volatile.Write(ref *Version, *Version + 2);
        _pool.Return((int)former);
        Pause(NextOfWriter());
        Volatile.Write(ref *Slot, next);
        Pause(NextOfWriter());
    }

    public override ReadVerdict Read()
    {
        ulong before = Volatile.Read(ref *Version);
        ulong place = Volatile.Read(ref *Slot);
        if (place == 0)
            return ReadVerdict.Miss;
        byte* page = _pool.AddressOf((int)place);
        HazardPin pin = default;
        if (_fault != RaceFault.NoPin && !HazardTable.TryPin(page, HazardTable.WordsPerThread, out pin))
            throw new InvalidOperationException("A thread with no other pin found no hazard word.");
        ReadVerdict verdict = Volatile.Read(ref *Version) == before ? ReadUnderPin((ulong*)page) : ReadVerdict.Refused;
        pin.Release();
        return verdict;
    }

    public override void Dispose()
    {
        _bucket.Dispose();
        _region.Release();
    }

    // There is always one: the reader pins at most one page, and one more is published.
    private ulong TakeWritten()
    {
        int page = _pool.TryTake(PageKind.Chain);
        Payload.Write((ulong*)_pool.AddressOf(page), Key, ++_sequence);
        return (ulong)page;
    }

    private static ReadVerdict ReadUnderPin(ulong* page)
    {
        Span<ulong> copy = stackalloc ulong[Payload.Words];
        for (int pass = 0; pass < Passes; pass++)
        {
            new ReadOnlySpan<ulong>(page, Payload.Words).CopyTo(copy);
            if (!Payload.IsWhole(copy, Key))
                return ReadVerdict.Violation;
        }

        return ReadVerdict.Accepted;
    }
}
