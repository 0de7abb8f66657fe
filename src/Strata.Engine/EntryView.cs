namespace Strata.Engine;

/// <summary>A live entry as an <see cref="IEntryTest"/> sees it: where it lies, during the call only.</summary>
public readonly ref struct EntryView
{
    internal EntryView(ReadOnlySpan<byte> key, ReadOnlySpan<byte> notes, EntryInfo info)
    {
        Key = key;
        Notes = notes;
        Info = info;
    }

    /// <summary>Its key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Its notes; empty when it has none.</summary>
    public ReadOnlySpan<byte> Notes { get; }

    /// <summary>What else is known of it, at the time the operation began.</summary>
    public EntryInfo Info { get; }
}
