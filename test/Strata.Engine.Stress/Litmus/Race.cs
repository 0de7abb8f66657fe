namespace Strata.Engine.Stress.Litmus;

/// <summary>
/// One frozen copy of a protocol over native memory, right or with one fault. One thread calls <see cref="Write"/> again and again, one
/// <see cref="Read"/>. Right and broken copies pause alike between their steps, which makes the windows wide enough to be hit.
/// </summary>
internal abstract class Race : IDisposable
{
    private uint _writerRandom = 0x1234_5678;
    private uint _readerRandom = 0x8765_4321;

    public abstract void Write();

    public abstract ReadVerdict Read();

    public abstract void Dispose();

    protected uint NextOfWriter() => Next(ref _writerRandom);

    protected uint NextOfReader() => Next(ref _readerRandom);

    /// <summary>Spins up to some dozens of nanoseconds.</summary>
    protected static void Pause(uint random)
    {
        for (uint i = random & 31; i > 0; i--)
            Thread.SpinWait(1);
    }

    private static uint Next(ref uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state;
    }
}
