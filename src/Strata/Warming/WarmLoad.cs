namespace Strata.Warming;

/// <summary>A factory that notes whether it was called, and for how many keys.</summary>
internal sealed class WarmLoad<TKey, TFactory>(TKey key, TFactory factory)
{
    private bool _hasEnded;

    public TKey Key { get; } = key;

    public TFactory Factory { get; } = factory;

    /// <summary>The keys that were to be loaded.</summary>
    public int Asked { get; set; }

    /// <summary>The keys whose load brought a value.</summary>
    public int Loaded { get; private set; }

    /// <summary>Whether the load did not end well, though stale values may have stood in.</summary>
    public bool HasFailed => Asked > 0 && !_hasEnded;

    public void End(int loaded)
    {
        Loaded = loaded;
        _hasEnded = true;
    }
}
