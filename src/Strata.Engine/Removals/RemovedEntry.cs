namespace Strata.Engine.Removals;

/// <summary>An entry that left a <see cref="ByteStore"/>. Its spans are valid during the call of the listener only.</summary>
public readonly ref struct RemovedEntry
{
    internal RemovedEntry(in RemovalHeader header, ReadOnlySpan<byte> payload)
    {
        Reason = header.Reason;
        Key = payload[..header.KeyBytes];
        Notes = payload.Slice(header.KeyBytes, header.NotesBytes);
        Value = payload[(header.KeyBytes + header.NotesBytes)..];
        HasValue = header.HasValue;
        ValueBytes = header.ValueBytes;
        EntryCount = header.EntryCount;
    }

    /// <summary>Why it left.</summary>
    public RemovalReason Reason { get; }

    /// <summary>Its key; empty when the store was cleared.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Its notes (<see cref="WriteOptions.Notes"/>); empty when it had none.</summary>
    public ReadOnlySpan<byte> Notes { get; }

    /// <summary>Its value as it was when it left; empty unless <see cref="HasValue"/>.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the value is here. It is not if it was longer than <see cref="ByteStoreOptions.RemovalValueBytes"/>, nor when the store was cleared.</summary>
    public bool HasValue { get; }

    /// <summary>The length of the value in bytes, also when the value is not here; 0 when the store was cleared.</summary>
    public int ValueBytes { get; }

    /// <summary>How many entries left: 1, or as many as were cleared.</summary>
    public long EntryCount { get; }
}
