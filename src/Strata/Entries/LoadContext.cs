namespace Strata.Entries;

/// <summary>What a factory is told about the load it does, and what it may decide about the entry. Valid until the factory has finished.</summary>
/// <remarks>Used by one load; a factory that works on several threads at once must set <see cref="Options"/> from one of them.</remarks>
public sealed class LoadContext
{
    internal LoadContext(EntryOptions options, CancellationToken cancellationToken)
    {
        Options = options;
        CancellationToken = cancellationToken;
    }

    /// <summary>
    /// How the entry will be kept: first what the caller asked for. A factory may set it, for example when the time to live depends on the value.
    /// </summary>
    public EntryOptions Options { get; set; }

    /// <summary>
    /// Cancelled when the last caller that waits for this load has gone. It is not the token of one caller: a load goes on while anybody waits for it.
    /// </summary>
    public CancellationToken CancellationToken { get; }
}
