namespace Strata.Engine;

/// <summary>
/// A condition on a write: it happens only while a counter still has the value seen earlier. The counter is read inside the
/// critical section that publishes the entry, so a writer that raises the counter before it writes can never be overwritten by a
/// slower one that saw the old value.
/// </summary>
public readonly ref struct WriteFence
{
    private readonly ref long _counter;
    private readonly long _expected;

    /// <summary>Makes a fence over <paramref name="counter"/>, which must still be <paramref name="expected"/> when the entry is published.</summary>
    public WriteFence(ref long counter, long expected)
    {
        _counter = ref counter;
        _expected = expected;
    }

    internal bool IsPassed => !System.Runtime.CompilerServices.Unsafe.IsNullRef(ref _counter) && Volatile.Read(ref _counter) != _expected;
}
