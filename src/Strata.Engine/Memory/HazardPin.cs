namespace Strata.Engine.Memory;

/// <summary>A hazard word that names a page. Releasing it twice, or on another thread, is harmless.</summary>
internal readonly unsafe struct HazardPin(ulong* word, ulong value)
{
    public ulong* Word => word;

    public ulong Value => value;

    /// <summary>Whether it was published and not yet released.</summary>
    public bool IsHeld => word != null && Volatile.Read(ref *word) == value;

    /// <summary>Releases a word of the table.</summary>
    public void Release()
    {
        if (word != null)
            HazardTable.Release(word, value);
    }

    /// <summary>The same, with a compare-and-swap on any thread: true for the one call that did it.</summary>
    public bool TryRelease() => word != null && Interlocked.CompareExchange(ref *word, 0, value) == value;
}
