namespace Strata.Engine;

/// <summary>
/// A snapshot of a store's counters. Each number is exact for the threads that have finished; numbers of operations under way may be
/// missing, and two numbers may be of slightly different moments.
/// </summary>
public readonly record struct StoreStatistics
{
    /// <summary>Reads that delivered a value.</summary>
    public long Hits { get; init; }

    /// <summary>Hits of <see cref="ByteStore.IsCurrent"/>, which deliver nothing; a part of <see cref="Hits"/>.</summary>
    public long Confirmations { get; init; }

    /// <summary>Reads that found no live entry.</summary>
    public long Misses { get; init; }

    /// <summary>Entries written, overwrites among them.</summary>
    public long Writes { get; init; }

    /// <summary>Entries removed by a caller.</summary>
    public long Removals { get; init; }

    /// <summary>Entries dropped to make room, and those whose successor found none (<see cref="WriteOutcome.NoSpace"/>).</summary>
    public long Evictions { get; init; }

    /// <summary>Entries whose time had come and whose bytes were taken back.</summary>
    public long Expirations { get; init; }

    /// <summary>Entries in the store, expired ones that are not yet reclaimed among them.</summary>
    public long EntryCount { get; init; }

    /// <summary>Bytes of the records in the store: headers, keys, values and padding of <see cref="EntryCount"/> entries.</summary>
    public long RecordBytes { get; init; }

    /// <summary>Bytes of memory taken: slabs, index, ghost and metadata. Never above <see cref="CapacityBytes"/>, but for what readers hold after it was made smaller.</summary>
    public long UsedBytes { get; init; }

    /// <summary>Bytes of memory taken by the index, a part of <see cref="UsedBytes"/>.</summary>
    public long IndexBytes { get; init; }

    /// <summary>Bytes of slabs held back because a reader had them pinned when they were reclaimed, a part of <see cref="UsedBytes"/>.</summary>
    public long PinnedBytes { get; init; }

    /// <summary>Leases held now that are no copies (<see cref="ValueLease"/>).</summary>
    public int Leases { get; init; }

    /// <summary>Bytes of the slabs and chains that leases, and reads under way, hold now, each once. Leases never hold more than an eighth of the capacity that there was when they began.</summary>
    public long LeasedBytes { get; init; }

    /// <summary>The age in milliseconds of the oldest of <see cref="Leases"/>; 0 when there is none. One that only grows is a lease that nobody disposes.</summary>
    public long OldestLeaseMs { get; init; }

    /// <summary>Leases since the beginning that became copies, because too much was leased already.</summary>
    public long LeaseCopies { get; init; }

    /// <summary>The capacity in bytes.</summary>
    public long CapacityBytes { get; init; }

    /// <summary>
    /// Bytes of the slabs that records stand in, open ones and those being reclaimed among them, a part of <see cref="UsedBytes"/>. What of them is not
    /// <see cref="RecordBytes"/> is dead or not yet written.
    /// </summary>
    public long SlabBytes { get; init; }

    /// <summary>The part of <see cref="RecordBytes"/> that is known to have expired. What has expired since the slabs were last looked at comes on top.</summary>
    public long ExpiredBytes { get; init; }

    /// <summary>Bytes of records written: headers, keys, values and padding, and the pages of long values.</summary>
    public long WrittenBytes { get; init; }

    /// <summary>Bytes of records copied forward, whatever for: the sum of the three that follow. Pages of long values are never copied.</summary>
    public long CopiedBytes => CopiedByEvictionBytes + CopiedByExpiryBytes + CopiedByCompactionBytes;

    /// <summary>Bytes of records copied forward since the policy kept them.</summary>
    public long CopiedByEvictionBytes { get; init; }

    /// <summary>Bytes of live records copied out of slabs that had mostly expired bytes to give back.</summary>
    public long CopiedByExpiryBytes { get; init; }

    /// <summary>Bytes of live records copied out of slabs that had mostly deleted and overwritten bytes to give back.</summary>
    public long CopiedByCompactionBytes { get; init; }

    /// <summary>Writes that found their key's chain in the index longer than chance makes it: a sign of keys chosen to collide.</summary>
    public long LongChains { get; init; }

    /// <summary>How often a part of the index was rebuilt with another secret because of <see cref="LongChains"/>.</summary>
    public long Rehashes { get; init; }

    /// <summary>Whether the memory was offered to the system for huge pages and the system did not refuse.</summary>
    public bool HugePagesRequested { get; init; }

    /// <summary>Entries that <see cref="ByteStoreOptions.RemovalListener"/> was told of; 0 when there is none.</summary>
    public long RemovalsDelivered { get; init; }

    /// <summary>Entries that left without a word to the listener, since its queue was full.</summary>
    public long RemovalsDropped { get; init; }

    /// <summary>Calls in which the listener threw; what it was told of then counts as delivered.</summary>
    public long RemovalListenerFaults { get; init; }
}
