using Strata.Engine.Memory;

namespace Strata.Engine.Index;

/// <summary>
/// Where things are, by the hash of their keys: one word of eight bytes an entry in native memory, a part of the hash and a payload of the caller's. It keeps no keys: two keys whose hashes agree in
/// <see cref="IdentityBits"/> bits are one to it, and the caller compares what it finds.
/// </summary>
/// <remarks>
/// <para>The upper bits of a hash choose a partition, the next ones are kept in the word. A partition is a table with linear probing whose words stand in the order of their hashes, spread over pages of
/// 256 bytes; it grows by a sixteenth, so that an entry takes less than ten bytes once a partition has two hundred. A step moves the words of one partition.</para>
/// <para>Safe for any number of threads: every operation takes the lock of its partition, and holds it for a few dozen nanoseconds, or as long as a step takes.</para>
/// </remarks>
public sealed unsafe partial class LocationTable : IDisposable
{
    /// <summary>The fewest bits of a hash that are kept in a word.</summary>
    public const int MinFingerprintBits = 12;

    /// <summary>The most bits that choose a partition.</summary>
    public const int MaxPartitionBits = 20;

    private const int MaxStripes = 64;

    private readonly LocationPages _pages = new();
    private readonly Partition[] _partitions;
    private readonly Lock[] _stripes;
    private readonly int _payloadBits;
    private readonly int _partitionBits;
    private readonly int _fingerprintBits;
    private readonly ulong _payloadMask;
    private bool _isDisposed;

    /// <summary>Makes an empty table.</summary>
    /// <param name="payloadBits">The bits of a payload, 1 to 52.</param>
    /// <param name="partitionBits">The binary logarithm of the number of partitions, 0 to <see cref="MaxPartitionBits"/>. About a thousand entries a partition are best.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its bounds.</exception>
    public LocationTable(int payloadBits, int partitionBits)
    {
        if (payloadBits is < 1 or > 64 - MinFingerprintBits)
            throw new ArgumentOutOfRangeException(nameof(payloadBits), payloadBits, $"{nameof(payloadBits)} is {payloadBits}; it must be 1 to {64 - MinFingerprintBits}.");
        if (partitionBits is < 0 or > MaxPartitionBits)
            throw new ArgumentOutOfRangeException(nameof(partitionBits), partitionBits, $"{nameof(partitionBits)} is {partitionBits}; it must be 0 to {MaxPartitionBits}.");
        _payloadBits = payloadBits;
        _partitionBits = partitionBits;
        _fingerprintBits = 64 - payloadBits;
        _payloadMask = (1UL << payloadBits) - 1;
        _partitions = new Partition[1 << partitionBits];
        _stripes = new Lock[Math.Min(MaxStripes, _partitions.Length)];
        for (int i = 0; i < _stripes.Length; i++)
            _stripes[i] = new Lock();
    }

    /// <summary>Frees the memory of a table that was forgotten.</summary>
    ~LocationTable() => _pages.Free();

    /// <summary>The upper bits of a hash that tell one entry from another.</summary>
    public int IdentityBits => Math.Min(64, _partitionBits + _fingerprintBits);

    /// <summary>The number of partitions.</summary>
    public int PartitionCount => _partitions.Length;

    /// <summary>The entries. Exact while nobody writes.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            for (int i = 0; i < _partitions.Length; i++)
                count += Volatile.Read(ref _partitions[i].Count);
            return count;
        }
    }

    /// <summary>The memory that the table has taken, in bytes: native pages, and the managed lists of them.</summary>
    public long MemoryBytes => _pages.MemoryBytes + (long)_partitions.Length * Partition.OverheadBytes + _pages.PageCount * sizeof(int);

    /// <summary>Finds the payload of a hash.</summary>
    /// <exception cref="ObjectDisposedException">The table was disposed.</exception>
    public bool TryGet(ulong hash, out ulong payload)
    {
        int partition = PartitionOf(hash);
        using (StripeOf(partition).EnterSteadily())
        {
            ThrowIfDisposed();
            ulong word = Find(ref _partitions[partition], FingerprintOf(hash), out int position) ? WordAt(ref _partitions[partition], position) : 0;
            payload = word & _payloadMask;
            GC.KeepAlive(this);
            return word != 0;
        }
    }

    /// <summary>Writes a payload, which is not 0, over what the hash had before.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="former">What the hash had before, or 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The payload is 0 or has too many bits.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for another page. The entry was not written.</exception>
    /// <exception cref="ObjectDisposedException">The table was disposed.</exception>
    public void Put(ulong hash, ulong payload, out ulong former)
    {
        if (payload == 0 || payload > _payloadMask)
            throw new ArgumentOutOfRangeException(nameof(payload), $"The payload is 0 or has more than {_payloadBits} bits.");
        int partition = PartitionOf(hash);
        using (StripeOf(partition).EnterSteadily())
        {
            ThrowIfDisposed();
            former = PutUnderLock(ref _partitions[partition], FingerprintOf(hash), payload);
            GC.KeepAlive(this);
        }
    }

    /// <summary>Replaces a payload if it is still the expected one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The new payload is 0 or has too many bits.</exception>
    /// <exception cref="ObjectDisposedException">The table was disposed.</exception>
    public bool TryReplace(ulong hash, ulong expected, ulong payload)
    {
        if (payload == 0 || payload > _payloadMask)
            throw new ArgumentOutOfRangeException(nameof(payload), $"The payload is 0 or has more than {_payloadBits} bits.");
        int partition = PartitionOf(hash);
        using (StripeOf(partition).EnterSteadily())
        {
            ThrowIfDisposed();
            ulong fingerprint = FingerprintOf(hash);
            ref Partition table = ref _partitions[partition];
            if (!Find(ref table, fingerprint, out int position) || (WordAt(ref table, position) & _payloadMask) != expected)
                return false;
            WordAt(ref table, position) = (fingerprint << _payloadBits) | payload;
            GC.KeepAlive(this);
            return true;
        }
    }

    /// <summary>Removes what a hash has.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="former">What it had, or 0.</param>
    /// <exception cref="ObjectDisposedException">The table was disposed.</exception>
    public bool Remove(ulong hash, out ulong former) => Remove(hash, expected: 0, out former);

    /// <summary>Removes a payload if it is still the expected one.</summary>
    /// <exception cref="ObjectDisposedException">The table was disposed.</exception>
    public bool TryRemove(ulong hash, ulong expected) => expected != 0 && Remove(hash, expected, out _);

    /// <summary>Removes every entry, partition by partition, and keeps the memory for the next ones.</summary>
    /// <exception cref="ObjectDisposedException">The table was disposed.</exception>
    public void Clear()
    {
        for (int i = 0; i < _partitions.Length; i++)
        {
            using (StripeOf(i).EnterSteadily())
            {
                ThrowIfDisposed();
                ResizeUnderLock(ref _partitions[i], [], 0);
            }
        }
    }

    /// <summary>Copies the payloads of one partition, in the order of their hashes.</summary>
    /// <param name="partition">Its number, from 0.</param>
    /// <param name="payloads">Receives them; what does not fit is left out.</param>
    /// <returns>The number of entries of the partition.</returns>
    /// <exception cref="ObjectDisposedException">The table was disposed.</exception>
    public int CopyPartition(int partition, Span<ulong> payloads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, _partitions.Length);
        using (StripeOf(partition).EnterSteadily())
        {
            ThrowIfDisposed();
            ref Partition table = ref _partitions[partition];
            int copied = 0;
            for (int i = 0; i < table.SlotCount && copied < payloads.Length; i++)
            {
                if (WordAt(ref table, i) is not 0 and ulong word)
                    payloads[copied++] = word & _payloadMask;
            }

            GC.KeepAlive(this);
            return table.Count;
        }
    }

    /// <summary>Frees the memory. Every later call throws.</summary>
    public void Dispose()
    {
        foreach (Lock stripe in _stripes)
            stripe.Enter();
        _isDisposed = true;
        _pages.Free();
        foreach (Lock stripe in _stripes)
            stripe.Exit();
        GC.SuppressFinalize(this);
    }

    private bool Remove(ulong hash, ulong expected, out ulong former)
    {
        int partition = PartitionOf(hash);
        using (StripeOf(partition).EnterSteadily())
        {
            ThrowIfDisposed();
            ref Partition table = ref _partitions[partition];
            former = 0;
            if (!Find(ref table, FingerprintOf(hash), out int position))
                return false;
            ulong payload = WordAt(ref table, position) & _payloadMask;
            if (expected != 0 && payload != expected)
                return false;
            former = payload;
            RemoveUnderLock(ref table, position);
            GC.KeepAlive(this);
            return true;
        }
    }

    private int PartitionOf(ulong hash) => _partitionBits == 0 ? 0 : (int)(hash >> (64 - _partitionBits));

    private ulong FingerprintOf(ulong hash) => (hash << _partitionBits) >> (64 - _fingerprintBits);

    private Lock StripeOf(int partition) => _stripes[partition & (_stripes.Length - 1)];

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_isDisposed, this);
}
