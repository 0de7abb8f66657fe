namespace Strata.Engine.Stress.Litmus;

/// <summary>Validated reads against overwriting in place: odd version, write barrier, new words, even version.</summary>
internal sealed unsafe class OverwriteRace : Race
{
    private const ulong Key = 7;

    private readonly RaceFault _fault;
    private readonly NativeWords _version = new(8);
    private readonly NativeWords _page = new(Payload.Words);
    private ulong _sequence = 1;

    public OverwriteRace(RaceFault fault)
    {
        _fault = fault;
        Payload.Write(_page.Pointer, Key, _sequence);
    }

    public override void Write()
    {
        ulong version = *_version.Pointer;
        if (_fault != RaceFault.NoOddVersion)
            Volatile.Write(ref *_version.Pointer, version + 1);
        Volatile.WriteBarrier();
        Payload.Write(_page.Pointer, Key, ++_sequence);
        Pause(NextOfWriter());
        Volatile.Write(ref *_version.Pointer, version + 2);
        Pause(NextOfWriter());
        Pause(NextOfWriter());
    }

    public override ReadVerdict Read()
    {
        ulong before = Volatile.Read(ref *_version.Pointer);
        if ((before & 1) != 0)
            return ReadVerdict.Refused;
        Span<ulong> copy = stackalloc ulong[Payload.Words];
        new ReadOnlySpan<ulong>(_page.Pointer, Payload.Words).CopyTo(copy);
        Volatile.ReadBarrier();
        if (*_version.Pointer != before)
            return ReadVerdict.Refused;
        return Payload.IsWhole(copy, Key) ? ReadVerdict.Accepted : ReadVerdict.Violation;
    }

    public override void Dispose()
    {
        _version.Dispose();
        _page.Dispose();
    }
}
