using System.Buffers;
using Strata.Engine.Memory;

namespace Strata.Engine;

/// <summary>
/// A value that is read where it lies, without a copy. Its bytes do not change until it is disposed: not when the entry is overwritten, removed, evicted
/// or expires, nor when the store is cleared or disposed.
/// </summary>
/// <remarks>
/// <para>
/// A lease may be stored, copied, read by several threads at once and disposed on any of them. Every copy of it is the same lease: the first
/// dispose ends it, later ones do nothing. After that <see cref="Span"/> and <see cref="Sequence"/> throw; spans and sequences that were taken before must
/// no longer be used, since their bytes may be another value's then.
/// </para>
/// <para>
/// Holding one costs the store the slab it lies in, or the chain of a long value, and nothing else: it may be held for minutes. One that is never disposed
/// keeps that memory as long as the store lives, and shows in <see cref="StoreStatistics.OldestLeaseMs"/>. When a thread holds six leases (three of long values), or an
/// eighth of the capacity is leased, further leases are copies in buffers of the shared array pool: <see cref="IsCopy"/>.
/// </para>
/// </remarks>
public readonly unsafe struct ValueLease : IDisposable
{
    // The pool of the pages, which keeps the region; or the copy.
    private readonly object? _source;
    private readonly byte* _start;
    private readonly int _startBytes;
    private readonly HazardPin _pin;
    private readonly HazardPin _chainPin;

    internal ValueLease(PagePool pool, byte* start, int startBytes, int length, HazardPin pin, HazardPin chainPin, long version)
    {
        _source = pool;
        _start = start;
        _startBytes = startBytes;
        Length = length;
        _pin = pin;
        _chainPin = chainPin;
        Version = version;
    }

    internal ValueLease(LeaseCopy copy, int length, HazardPin pin, long version)
    {
        _source = copy;
        _startBytes = Length = length;
        _pin = pin;
        Version = version;
    }

    /// <summary>The length of the value in bytes.</summary>
    public int Length { get; }

    /// <summary>The version that the entry had, positive and growing with each write of its key; 0 when it was written without one.</summary>
    public long Version { get; }

    /// <summary>Whether the value was copied after all, since too much was leased already. Such a lease holds no memory of the store.</summary>
    public bool IsCopy => _source is LeaseCopy;

    /// <summary>Whether the value is in one piece, so that <see cref="Span"/> can give it. Only values that are longer than a slab may not be.</summary>
    public bool IsContiguous => _startBytes == Length;

    /// <summary>The value, if it is in one piece; empty for a default lease. Valid until the lease is disposed.</summary>
    /// <exception cref="InvalidOperationException">The value is in pieces (<see cref="IsContiguous"/>).</exception>
    /// <exception cref="ObjectDisposedException">The lease is disposed.</exception>
    public ReadOnlySpan<byte> Span
    {
        get
        {
            ThrowIfReleased();
            if (!IsContiguous)
                throw new InvalidOperationException($"The value of {Length} bytes is in pieces: read it as a Sequence.");
            return _source is LeaseCopy copy ? copy.Bytes.AsSpan(0, Length) : new ReadOnlySpan<byte>(_start, Length);
        }
    }

    /// <summary>
    /// The value as one segment, or as several if it is longer than a slab. Valid until the lease is disposed. Costs a step for each segment when it is
    /// asked for the first time; allocates only when the thread's lease is the first of so many segments.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The lease is disposed.</exception>
    public ReadOnlySequence<byte> Sequence
    {
        get
        {
            ThrowIfReleased();
            return _source switch
            {
                null => default,
                LeaseCopy copy => new ReadOnlySequence<byte>(copy.Bytes, 0, Length),
                _ => LeaseSegments.Of(_pin).Get(_pin, _start, _startBytes, (PagePool)_source, Chain((PagePool)_source), Length),
            };
        }
    }

    /// <summary>Ends the lease. Disposing twice, or several copies of it, does nothing more.</summary>
    public void Dispose()
    {
        // One of several calls gives back what must be given back once; a page needs no more than that its word is released.
        if (_chainPin.TryRelease())
            ((PagePool)_source!).LetGo(ChainPages((PagePool)_source));
        if (_source is not LeaseCopy copy)
            _pin.Release();
        else if (_pin.TryRelease())
            copy.Return();
        // The word of a copy is its own.
        GC.KeepAlive(_source);
    }

    private int ChainPages(PagePool pool) => (Length - _startBytes + pool.PageBytes - 1) / pool.PageBytes;

    private int Chain(PagePool pool) => _chainPin.Word == null ? 0 : pool.PageOf(HazardTable.PageOf(_chainPin.Value));

    private void ThrowIfReleased()
    {
        ObjectDisposedException.ThrowIf(_source is not null && !_pin.IsHeld, typeof(ValueLease));
        GC.KeepAlive(_source);
    }
}
