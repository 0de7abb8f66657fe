namespace Strata.Entries;

/// <summary>What a factory is told about a load of many keys, and what it may decide about the entries. Valid until the factory has finished.</summary>
/// <remarks>Used by one load; a factory that works on several threads at once must use it from one of them.</remarks>
public sealed class BatchLoadContext
{
    internal BatchLoadContext(EntryOptions options, bool isRefresh, CancellationToken cancellationToken)
    {
        Options = options;
        IsRefresh = isRefresh;
        CancellationToken = cancellationToken;
    }

    /// <summary>How the entries will be kept, all of them: first what the caller asked for. A factory may set it.</summary>
    public EntryOptions Options { get; set; }

    /// <summary>Whether the load renews, in the background, values that are still served.</summary>
    public bool IsRefresh { get; }

    /// <summary>Cancelled when nobody waits for any of these keys any more, and at the hard deadline. It is not the token of one caller.</summary>
    public CancellationToken CancellationToken { get; }

    internal bool IsKept { get; private set; } = true;

    /// <summary>Says that the values are for those who wait now, and not to be kept.</summary>
    public void DoNotStore() => IsKept = false;
}
