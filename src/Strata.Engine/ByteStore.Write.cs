using System.Buffers;
using Strata.Engine.Hashing;
using Strata.Engine.Layout;
using Strata.Engine.Memory;
using Strata.Engine.Stripes;

namespace Strata.Engine;

/// <content>Writes.</content>
public sealed unsafe partial class ByteStore
{
    /// <summary>Stores a value with the store's defaults, replacing what the key had.</summary>
    /// <inheritdoc cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in WriteOptions, WriteFence)"/>
    public WriteOutcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Set(key, value, default);

    /// <summary>Stores a value, replacing what the key had.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="value">0 bytes to <see cref="MaxValueBytes"/>. It is copied.</param>
    /// <param name="options">Its times, notes, mark, priority, and whether the entry has a version.</param>
    /// <param name="fence">A condition that is checked as the entry is published; the default is none.</param>
    /// <returns><see cref="WriteOutcome.Stored"/>, <see cref="WriteOutcome.Overtaken"/> or <see cref="WriteOutcome.NoSpace"/>.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long, or the value or the notes too long. Nothing was stored.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time is not positive or too long, the soft one longer than the time to live, or the priority none. Nothing was stored.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public WriteOutcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, WriteFence fence = default) =>
        Write(key, value, WriteMode.Set, 0, in options, default(Nothing), fence, out _);

    /// <summary>Stores a value, replacing what the key had, and says which version the entry got.</summary>
    /// <inheritdoc cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in WriteOptions, WriteFence)"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="value">0 bytes to <see cref="MaxValueBytes"/>. It is copied.</param>
    /// <param name="options">Its times, notes, mark, priority, and whether the entry has a version.</param>
    /// <param name="version">The version of the new entry; 0 when it has none or nothing was stored.</param>
    /// <param name="fence">A condition that is checked as the entry is published; the default is none.</param>
    public WriteOutcome Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, out long version, WriteFence fence = default) =>
        Write(key, value, WriteMode.Set, 0, in options, default(Nothing), fence, out version);

    /// <summary>
    /// Stores a value that is given in pieces, replacing what the key had. Costs a pooled copy unless the value is in one piece; of a value that is longer
    /// than a slab only the part that does not fill whole slabs, less than one, is copied twice.
    /// </summary>
    /// <inheritdoc cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in WriteOptions, WriteFence)"/>
    public WriteOutcome Set(ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value, in WriteOptions options, WriteFence fence = default)
    {
        if (value.IsSingleSegment)
            return Write(key, value.FirstSpan, WriteMode.Set, 0, in options, default(Nothing), fence, out _);
        CheckKey(key);
        CheckValue(value.Length);
        CheckOptions(in options);
        // The caller's memory is read before the lock is taken: a sequence may run code of its own.
        int copyBytes = RecordHeader.FitsSlab(key.Length, options.Notes.Length, value.Length, _slabBytes)
            ? (int)value.Length
            : new RecordHeader(key.Length, (int)value.Length, RecordFlags.Chain, options.Notes.Length).InlineValueBytes(_slabBytes);
        byte[] copy = ArrayPool<byte>.Shared.Rent(copyBytes);
        try
        {
            value.Slice(0, copyBytes).CopyTo(copy);
            return Write(key, copy.AsSpan(0, copyBytes), value.Slice(copyBytes), value.Length, WriteMode.Set, 0, in options, default(Nothing), fence, out _);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Stores a value only if the key has no live entry.</summary>
    /// <inheritdoc cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in WriteOptions, WriteFence)"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="value">0 bytes to <see cref="MaxValueBytes"/>. It is copied.</param>
    /// <param name="options">Its times, notes, mark, priority, and whether the entry has a version.</param>
    /// <param name="fence">A condition that is checked as the entry is published; the default is none.</param>
    /// <returns><see cref="WriteOutcome.Stored"/>, <see cref="WriteOutcome.Exists"/>, <see cref="WriteOutcome.Overtaken"/> or <see cref="WriteOutcome.NoSpace"/>.</returns>
    public WriteOutcome Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options = default, WriteFence fence = default) =>
        Write(key, value, WriteMode.Add, 0, in options, default(Nothing), fence, out _);

    /// <summary>Stores a value only if the key has no live entry, or one that may be replaced.</summary>
    /// <inheritdoc cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in WriteOptions, WriteFence)"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="value">0 bytes to <see cref="MaxValueBytes"/>. It is copied.</param>
    /// <param name="options">Its times, notes, mark, priority, and whether the entry has a version.</param>
    /// <param name="replaceable">Whether the live entry may be replaced; see <see cref="IEntryTest"/> for what it may do.</param>
    /// <param name="fence">A condition that is checked as the entry is published; the default is none.</param>
    /// <returns><see cref="WriteOutcome.Stored"/>, <see cref="WriteOutcome.Exists"/>, <see cref="WriteOutcome.Overtaken"/> or <see cref="WriteOutcome.NoSpace"/>.</returns>
    public WriteOutcome Add<TTest>(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in WriteOptions options, in TTest replaceable, WriteFence fence = default)
        where TTest : IEntryTest, allows ref struct =>
        Write(key, value, WriteMode.Add, 0, in options, in replaceable, fence, out _);

    /// <summary>Stores a value only if the key's live entry has the expected version. The new entry has a version again.</summary>
    /// <inheritdoc cref="Set(ReadOnlySpan{byte}, ReadOnlySpan{byte}, in WriteOptions, WriteFence)"/>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="value">0 bytes to <see cref="MaxValueBytes"/>. It is copied.</param>
    /// <param name="expectedVersion">The version that was read.</param>
    /// <param name="options">Its times, notes, mark and priority; the entry is versioned whatever they say.</param>
    /// <param name="version">The version of the new entry; 0 when nothing was stored.</param>
    /// <returns>
    /// <see cref="WriteOutcome.Stored"/>, <see cref="WriteOutcome.NotFound"/>, <see cref="WriteOutcome.VersionMismatch"/>,
    /// <see cref="WriteOutcome.NotVersioned"/> or <see cref="WriteOutcome.NoSpace"/>.
    /// </returns>
    public WriteOutcome CompareExchange(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expectedVersion, in WriteOptions options, out long version) =>
        Write(key, value, WriteMode.CompareExchange, expectedVersion, options with { Versioned = true }, default(Nothing), default, out version);

    /// <summary>Changes the time to live of an entry, counted from now. A soft time stays, but ends no later than the new time to live.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <param name="ttl">The new time to live; <c>null</c> for the store's default, <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <returns><see cref="WriteOutcome.Stored"/>, <see cref="WriteOutcome.NotFound"/>, or <see cref="WriteOutcome.NoSpace"/> when an entry without a time to live could not be given one and stays as it was.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is not positive or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public WriteOutcome Touch(ReadOnlySpan<byte> key, TimeSpan? ttl)
    {
        CheckKey(key);
        long ttlMs = TtlMs(ttl);
        ThrowIfDisposed();
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            Stripe stripe = StripeOf(hash);
            WriteOutcome outcome = stripe.Touch(keyBytes, key.Length, hash, ttlMs, _clock.NowMs);
            for (int attempt = 0; outcome == WriteOutcome.NoSpace && attempt < SpaceAttempts && TryMakeSpace(stripe, _clock.NowMs); attempt++)
                outcome = stripe.Touch(keyBytes, key.Length, hash, ttlMs, _clock.NowMs);
            _removals?.Signal();
            GC.KeepAlive(this);
            return outcome;
        }
    }

    /// <summary>Removes an entry.</summary>
    /// <param name="key">1 to 4096 bytes.</param>
    /// <returns>Whether there was a live one.</returns>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        CheckKey(key);
        ThrowIfDisposed();
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            bool isRemoved = StripeOf(hash).Remove(keyBytes, key.Length, hash, _clock.NowMs);
            if (_miniatures is not null && _miniatures.Samples(hash))
                _miniatures.Remove(hash);
            _removals?.Signal();
            GC.KeepAlive(this);
            return isRemoved;
        }
    }

    /// <summary>
    /// Removes every entry that was stored before the call. Entries stored by others during the call may stay. Costs a step for each slab and each page of a long value.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The store is disposed.</exception>
    public void Clear()
    {
        ThrowIfDisposed();
        foreach (Stripe stripe in _stripes)
            stripe.Clear();
        _miniatures?.Clear();
        _removals?.Signal();
        GC.KeepAlive(this);
    }

    private WriteOutcome Write<TTest>(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, WriteMode mode, long expectedVersion, in WriteOptions options, in TTest replaceable, WriteFence fence, out long version)
        where TTest : IEntryTest, allows ref struct =>
        Write(key, value, default, value.Length, mode, expectedVersion, in options, in replaceable, fence, out version);

    // The value is the span and what follows it, of so many bytes together.
    private WriteOutcome Write<TTest>(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, in ReadOnlySequence<byte> rest, long valueBytes, WriteMode mode, long expectedVersion, in WriteOptions options,
        in TTest replaceable, WriteFence fence, out long version)
        where TTest : IEntryTest, allows ref struct
    {
        CheckKey(key);
        CheckValue(valueBytes);
        OptionsCheck.Options(in options);
        long ttlMs = TtlMs(options.Ttl);
        long softTtlMs = SoftTtlMs(options.SoftTtl, ttlMs);
        ThrowIfDisposed();
        fixed (byte* keyBytes = key)
        {
            ulong hash = KeyHash.Compute(keyBytes, key.Length, _secretWords);
            Stripe stripe = StripeOf(hash);
            stripe.Prefetch(hash);
            var request = new WriteRequest
            {
                Key = keyBytes,
                KeyBytes = key.Length,
                Hash = hash,
                ValueBytes = (int)valueBytes,
                InlineValue = value,
                TtlMs = ttlMs,
                SoftTtlMs = softTtlMs,
                Notes = options.Notes,
                IsMarked = options.IsMarked,
                Priority = options.Priority,
                NowMs = _clock.NowMs,
                IsVersioned = options.Versioned,
                Mode = mode,
                ExpectedVersion = expectedVersion,
                Fence = fence,
                IsWatched = _miniatures is not null && _miniatures.Samples(hash),
            };
            WriteOutcome outcome = RecordHeader.FitsSlab(key.Length, options.Notes.Length, valueBytes, _slabBytes)
                ? Publish(stripe, ref request, in replaceable, out version)
                : WriteLong(stripe, ref request, in replaceable, value, in rest, out version);
            GC.KeepAlive(this);
            return outcome;
        }
    }

    /// <summary>How often a write asks other stripes for a page before it gives up.</summary>
    private const int SpaceAttempts = 8;

    private void CheckValue(long length)
    {
        if (length > MaxValueBytes)
            OptionsCheck.ThrowValueLength(length, MaxValueBytes);
    }

    private void CheckOptions(in WriteOptions options)
    {
        OptionsCheck.Options(in options);
        SoftTtlMs(options.SoftTtl, TtlMs(options.Ttl));
    }

    private static long SoftTtlMs(TimeSpan? softTtl, long ttlMs) => softTtl == TimeSpan.Zero ? WriteRequest.StaleAtOnce : OptionsCheck.SoftTtlMs(softTtl, ttlMs);

    private long TtlMs(TimeSpan? ttl) => ttl is { } given ? OptionsCheck.TtlMs(given, nameof(ttl)) : _defaultTtlMs;

    // Writes the record, and has other stripes make room when its own has none.
    private WriteOutcome Publish<TTest>(Stripe stripe, ref WriteRequest request, in TTest replaceable, out long version)
        where TTest : IEntryTest, allows ref struct
    {
        // The chain is the request's still, and the hash the store's.
        int watchedBytes = request.IsWatched ? WatchedBytes(request.Header) : 0;
        ulong hash = request.Hash;
        WriteOutcome outcome = stripe.Write(ref request, in replaceable, out version);
        for (int attempt = 0; outcome == WriteOutcome.NoSpace && !request.LacksSpace; attempt++)
        {
            request.LacksSpace = attempt == SpaceAttempts || !TryMakeSpace(stripe, request.NowMs);
            request.NowMs = _clock.NowMs;
            outcome = stripe.Write(ref request, in replaceable, out version);
        }

        if (watchedBytes != 0 && outcome == WriteOutcome.Stored)
            NoteWatchedWrite(hash, in request, watchedBytes);
        _removals?.Signal();
        return outcome;
    }

    // The chain is filled before the record is written, and makes room for itself: a write that is refused anyway must not come so far.
    private WriteOutcome WriteLong<TTest>(
        Stripe stripe, ref WriteRequest request, in TTest replaceable, ReadOnlySpan<byte> value, in ReadOnlySequence<byte> rest, out long version)
        where TTest : IEntryTest, allows ref struct
    {
        version = 0;
        WriteOutcome refusal = stripe.Check(in request, in replaceable);
        if (refusal != WriteOutcome.Stored)
            return refusal;
        Interlocked.Increment(ref _chainWriters);
        try
        {
            request.LacksSpace = !TryChain(ref request, value, in rest);
            // Much time may have passed.
            request.NowMs = _clock.NowMs;
            WriteOutcome outcome = Publish(stripe, ref request, in replaceable, out version);
            // The capacity may have become smaller under a chain that no stripe knew of.
            if (_pool.IsOverLimit)
                ShrinkToCapacity(request.NowMs);
            return outcome;
        }
        finally
        {
            // Whatever happened, a chain that no entry took goes back.
            if (request.Chain != 0)
                _pool.ReturnChain(request.Chain);
            // A dispose does not wait for copies that are made outside the locks: what was written after it gave the memory back goes back too. Before
            // that there may be writers in the stripes, and the dispose itself gives back what was written here.
            if (Interlocked.Decrement(ref _chainWriters) == 0 && _isGivenBack)
                GiveBack();
            GC.KeepAlive(this);
        }
    }

    // Copies what does not stand in the record itself into pages of their own, before any lock is taken. Nobody sees them until the record is
    // published. False when there are not enough; those that were found are the request's.
    private bool TryChain(ref WriteRequest request, ReadOnlySpan<byte> value, in ReadOnlySequence<byte> rest)
    {
        var header = new RecordHeader(request.KeyBytes, request.ValueBytes, RecordFlags.Chain, request.Notes.Length);
        int inline = header.InlineValueBytes(_slabBytes);
        var pieces = new PieceReader(value[inline..], in rest);
        int last = 0;
        for (int leftBytes = request.ValueBytes - inline; leftBytes > 0; leftBytes -= _slabBytes)
        {
            ThrowIfDisposed();
            // A capacity that became too small for it meanwhile must not be emptied for its sake.
            int page = request.ValueBytes <= MaxValueBytes ? TakeChainPage(request.NowMs) : 0;
            if (page == 0)
                return false;
            // Linked before it is filled, so that it is found again whatever the filling does.
            if (last == 0)
                request.Chain = page;
            else
                _pool.Infos[last].Next = page;
            last = page;
            pieces.CopyTo(new Span<byte>(_pool.AddressOf(page), Math.Min(_slabBytes, leftBytes)));
        }

        request.InlineValue = value[..inline];
        return true;
    }

    private int TakeChainPage(long nowMs)
    {
        // Each turn frees a page or fails; others may take what was freed, so the turns are bounded.
        for (int turn = 0; turn < _layout.PageCount; turn++)
        {
            int page = _pool.TryTake(PageKind.Chain);
            if (page != 0 || !TryMakeSpace(null, nowMs))
                return page;
        }

        return 0;
    }

    // Frees what readers have let go of, else has the stripe that holds the most give up a page. False when none can.
    private bool TryMakeSpace(Stripe? asking, long nowMs)
    {
        if (_pool.Sweep())
            return true;
        Stripe richest = RichestStripe();
        if (richest != asking && richest.GiveUpPage(nowMs))
            return true;
        foreach (Stripe stripe in _stripes)
        {
            if (stripe != richest && stripe != asking && stripe.GiveUpPage(nowMs))
                return true;
        }

        return false;
    }

    private Stripe RichestStripe()
    {
        Stripe richest = _stripes[0];
        foreach (Stripe stripe in _stripes)
        {
            if (stripe.RecordPages > richest.RecordPages)
                richest = stripe;
        }

        return richest;
    }
}
