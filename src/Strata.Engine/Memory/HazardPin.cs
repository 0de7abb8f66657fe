namespace Strata.Engine.Memory;

/// <summary>A hazard word that names a page. Releasing it twice, or on another thread, is harmless.</summary>
internal readonly unsafe struct HazardPin(ulong* word, ulong value)
{
    public void Release()
    {
        // A full fence: nothing read under the pin can move behind it.
        if (word != null)
            Interlocked.CompareExchange(ref *word, 0, value);
    }
}
