using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Strata.Engine;
using Strata.Entries;
using Strata.Flights;
using Strata.Invalidation;
using Strata.Keys;
using Strata.Payloads;
using Strata.Payloads.Compression;
using Strata.Stacking;
using Strata.Tiers;

namespace Strata;

/// <summary>Reads of values with their versions, and writes that happen only while a version still holds.</summary>
/// <remarks>
/// <para>A version is positive, of one entry in the memory of this cache, and larger after each write of its key. It means nothing in another process, or after the entry was dropped. Other types than structs go through a
/// serializer: <c>PayloadSerializer.Utf8</c>, <c>PayloadSerializer.Json(AppJson.Default.User)</c>.</para>
/// <para>Memory decides, under one lock; what it took is then written to the tiers behind, and two writers of one key may reach a tier in either order. Entries that are exchanged carry a version again.</para>
/// </remarks>
public sealed partial class TieredCache
{
    /// <summary>Reads a struct without references, and the version of its entry.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; the default when there is none.</param>
    /// <param name="version">The version; 0 when there is no value, or its entry was written without a version.</param>
    /// <returns>Whether there is a fresh value. What only a tier behind has is brought forward first, with a version.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGet<T>(in CacheKey key, out T value, out long version)
        where T : unmanaged
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return TryGetVersioned<T, UnmanagedPayload<T>>(lease.Bytes, default, default, out value, out version);
    }

    /// <summary>Reads a value through a serializer, and the version of its entry.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="serializer">How it is read.</param>
    /// <param name="value">The value; the default when there is none.</param>
    /// <param name="version">The version; 0 when there is no value, or its entry was written without a version.</param>
    /// <returns>Whether there is a fresh value. What only a tier behind has is brought forward first, with a version.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public bool TryGet<T>(in CacheKey key, IPayloadSerializer<T> serializer, [NotNullWhen(true)] out T? value, out long version)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return TryGetVersioned(lease.Bytes, serializer, default, out value, out version);
    }

    /// <summary>Keeps a struct without references if the entry still has a version.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="expectedVersion">The version that was read, or that a former exchange gave.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>What was done, and the new version.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public ExchangeResult CompareExchange<T>(in CacheKey key, T value, long expectedVersion, EntryOptions options = default)
        where T : unmanaged
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));
        CheckAtomic(bytes.Length, options);
        if (!WritesBehind(options))
            return ExchangeMemory(lease.Bytes, bytes, expectedVersion, options);
        return ExchangeEverywhereAsync(lease.Bytes.ToArray(), Copied(bytes), expectedVersion, options, isBlocking: true, CancellationToken.None).Wait();
    }

    /// <summary>Keeps a value through a serializer if the entry still has a version.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, not <c>null</c>.</param>
    /// <param name="expectedVersion">The version that was read, or that a former exchange gave.</param>
    /// <param name="serializer">How it is written.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <returns>What was done, and the new version.</returns>
    /// <inheritdoc cref="CompareExchange{T}(in CacheKey, T, long, EntryOptions)" path="/exception"/>
    public ExchangeResult CompareExchange<T>(in CacheKey key, T value, long expectedVersion, IPayloadSerializer<T> serializer, EntryOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return ExchangeAsync(lease.Bytes, SerializeAtomic(value, serializer, options), expectedVersion, options, isBlocking: true, CancellationToken.None).Wait();
    }

    /// <summary>Keeps a struct without references if the entry still has a version, without blocking for the tiers behind; memory is decided before the call returns.</summary>
    /// <typeparam name="T">The type of the struct.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="expectedVersion">The version that was read, or that a former exchange gave.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>What was done, and the new version.</returns>
    /// <inheritdoc cref="CompareExchange{T}(in CacheKey, T, long, EntryOptions)" path="/exception"/>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<ExchangeResult> CompareExchangeAsync<T>(in CacheKey key, T value, long expectedVersion, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged => ExchangeWithAsync(key, value, expectedVersion, default(UnmanagedPayload<T>), options, cancellationToken);

    /// <summary>Keeps a value through a serializer if the entry still has a version, without blocking for the tiers behind; memory is decided before the call returns.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, not <c>null</c>.</param>
    /// <param name="expectedVersion">The version that was read, or that a former exchange gave.</param>
    /// <param name="serializer">How it is written.</param>
    /// <param name="options">How the entry is kept; a <see cref="TimeSpan"/> is its time to live.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>What was done, and the new version.</returns>
    /// <inheritdoc cref="CompareExchange{T}(in CacheKey, T, long, EntryOptions)" path="/exception"/>
    /// <exception cref="OperationCanceledException">The token was cancelled. If it was so before the call, nothing has changed.</exception>
    public ValueTask<ExchangeResult> CompareExchangeAsync<T>(
        in CacheKey key, T value, long expectedVersion, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return ExchangeWithAsync(key, value, expectedVersion, serializer, options, cancellationToken);
    }

    private ValueTask<ExchangeResult> ExchangeWithAsync<T, TSerializer>(in CacheKey key, T value, long expectedVersion, TSerializer serializer, EntryOptions options, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<ExchangeResult>(cancellationToken)
            : ExchangeAsync(lease.Bytes, SerializeAtomic(value, serializer, options), expectedVersion, options, isBlocking: false, cancellationToken);
    }

    /// <summary>Reads memory, by way of the tiers behind when it has nothing.</summary>
    private bool TryGetVersioned<T, TSerializer>(ReadOnlySpan<byte> key, TSerializer serializer, in EntryOptions options, [NotNullWhen(true)] out T? value, out long version)
        where TSerializer : IPayloadSerializer<T>
    {
        if (TryReadVersioned(key, serializer, options, isSecondLook: false, out value, out version))
            return true;
        if (_tiers.Length == 0)
            return false;
        CacheResult<T> found = LookupVersionedAsync<T, TSerializer>(key, serializer, options, isBlocking: true, CancellationToken.None).Wait();
        if (!found.IsHit)
            return false;
        if (!TryReadVersioned(key, serializer, options, isSecondLook: true, out value, out version))
            value = found.Value;
        return true;
    }

    /// <summary>Asks the tiers behind, and brings what they have forward with a version.</summary>
    private ValueTask<CacheResult<T>> LookupVersionedAsync<T, TSerializer>(ReadOnlySpan<byte> key, TSerializer serializer, in EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        EntryPolicy policy = PolicyOf(options);
        EntryOptions versioned = policy.IsVersioned ? options : options with { Policy = policy with { IsVersioned = true } };
        return isBlocking
            ? new(Obtain<T, TierLookup<T, TSerializer>>(PayloadRead.Miss, key, new(serializer), versioned, cancellationToken))
            : ObtainAsync<T, TierLookup<T, TSerializer>>(PayloadRead.Miss, key, new(serializer), versioned, cancellationToken);
    }

    private bool TryReadVersioned<T, TSerializer>(ReadOnlySpan<byte> key, TSerializer serializer, in EntryOptions options, bool isSecondLook, [NotNullWhen(true)] out T? value, out long version)
        where TSerializer : IPayloadSerializer<T>
    {
        value = default;
        version = 0;
        PayloadBuffer payload = PayloadBuffer.Rent();
        try
        {
            EntryState state = Look(key, payload, PolicyOf(options), out EntrySight sight);
            if (isSecondLook)
                CountSecondRead(state);
            else if (state == EntryState.Stale)
                _counters.CountUnserved();
            if (state != EntryState.Fresh)
                return false;
            if (!serializer.TryRead(payload.WrittenSequence, out value) || value is null)
            {
                if (!isSecondLook)
                    _counters.CountUnreadable();
                return false;
            }

            version = sight.Version;
            return true;
        }
        finally
        {
            payload.Return();
        }
    }

    /// <summary>The call is counted already, by its lookup.</summary>
    private void CountSecondRead(EntryState state)
    {
        if (state == EntryState.None)
            _counters.CountRecheck();
        else
            _counters.CountSecondLook();
    }

    /// <summary>Refuses what cannot be decided in memory.</summary>
    private void CheckAtomic(long valueBytes, in EntryOptions options)
    {
        ThrowIfTooLong(valueBytes);
        if (!WritesMemory(options) || !ReadsMemory(options))
            throw new ArgumentException($"{nameof(EntryPolicy)}.{nameof(EntryPolicy.Access)} is {PolicyOf(options).Access}; this verb decides in memory, which the policy must not leave out.", nameof(options));
    }

    private PayloadBuffer SerializeAtomic<T, TSerializer>(T value, TSerializer serializer, in EntryOptions options)
        where TSerializer : IPayloadSerializer<T>
    {
        CheckAtomic(0, options);
        return Serialize(value, serializer);
    }

    /// <summary>Exchanges in memory, then in the tiers behind if there are any, and returns the payload to its pool.</summary>
    private ValueTask<ExchangeResult> ExchangeAsync(ReadOnlySpan<byte> key, PayloadBuffer payload, long? expectedVersion, in EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
    {
        if (WritesBehind(options))
            return ExchangeEverywhereAsync(key.ToArray(), payload, expectedVersion, options, isBlocking, cancellationToken);
        try
        {
            return new(ExchangeMemory(key, payload.WrittenSpan, expectedVersion, options));
        }
        finally
        {
            payload.Return();
        }
    }

    /// <summary>Exchanges as an announced writer. Without an expected version it adds.</summary>
    private ExchangeResult ExchangeMemory(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long? expectedVersion, in EntryOptions options)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        _flights.BeginWrite(key, fingerprint);
        ExchangeResult result = default;
        try
        {
            return result = ExchangeInMemory(key, value, expectedVersion, options);
        }
        finally
        {
            EndExchange(key, fingerprint, result);
        }
    }

    private ExchangeResult ExchangeInMemory(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long? expectedVersion, in EntryOptions options)
    {
        Span<byte> notes = stackalloc byte[EntryNotes.MaxBytes];
        long sequence = _memory.Sequence;
        _memory.DropInvalidated(key);
        Span<byte> tags = options.Tags.IsEmpty ? [] : stackalloc byte[TagIds.MaxBytes];
        using KeptPayload kept = Compressed(value, options, isShared: false);
        WriteOptions write = Compose(options, isNothing: false, loadMs: 0, sequence, TagIds.Write(options.Tags, tags), notes, kept.IsCompressed) with { Versioned = true };
        long version = 0;
        WriteOutcome outcome = expectedVersion is { } expected ? _memory.CompareExchange(key, kept.Bytes, expected, write, out version) : _memory.Add(key, kept.Bytes, write);
        return new(outcome switch
        {
            WriteOutcome.Stored => ExchangeOutcome.Exchanged,
            WriteOutcome.Exists => ExchangeOutcome.Exists,
            WriteOutcome.NotFound => ExchangeOutcome.NotFound,
            WriteOutcome.VersionMismatch => ExchangeOutcome.VersionMismatch,
            WriteOutcome.NotVersioned => ExchangeOutcome.NotVersioned,
            _ => ExchangeOutcome.NoSpace,
        }, version);
    }

    /// <summary>Exchanges in memory, then writes the tiers behind if that happened, and returns the payload to its pool.</summary>
    private async ValueTask<ExchangeResult> ExchangeEverywhereAsync(byte[] key, PayloadBuffer payload, long? expectedVersion, EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
    {
        uint fingerprint = KeyFingerprint.Compute(key);
        Task? pending = _flights.BeginWrite(key, fingerprint);
        ExchangeResult result = default;
        try
        {
            result = ExchangeInMemory(key, payload.WrittenSpan, expectedVersion, options);
            if (!result.IsExchanged)
                return result;
            if (pending is not null)
                await TierCall.SettleAsync(pending, isBlocking, cancellationToken).ConfigureAwait(false);
            foreach (StackedTier tier in _tiers)
                Took(await WriteAsync(tier, key, payload, options, isBlocking, cancellationToken).ConfigureAwait(false), key);
            return result;
        }
        finally
        {
            EndExchange(key, fingerprint, result);
            payload.Return();
        }
    }

    /// <summary>Signs off. Where nothing was exchanged there is nothing to tell other nodes.</summary>
    private void EndExchange(ReadOnlySpan<byte> key, uint fingerprint, in ExchangeResult result)
    {
        if (result.IsExchanged)
            EndWrite(key, fingerprint);
        else
            _flights.EndWrite(key, fingerprint);
    }
}
