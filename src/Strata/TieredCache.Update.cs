using Strata.Entries;
using Strata.Keys;
using Strata.Payloads;
using Strata.Tiers;

namespace Strata;

/// <summary>Changes of values by a function of the value there is.</summary>
/// <remarks>
/// Reads the value with its version, runs the function, and exchanges if the version still holds; else begins anew, at most 1000 times. So no change of another caller in this process is lost. As for <c>CompareExchange</c>,
/// memory decides and tiers behind are written afterwards.
/// </remarks>
public sealed partial class TieredCache
{
    private const int UpdateAttempts = 1000;

    // A writer that is at work on the tiers is given time to end.
    private static readonly TimeSpan s_writerPause = TimeSpan.FromMilliseconds(1);

    /// <summary>Changes a struct without references.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Goes to the function.</param>
    /// <param name="update">Makes the new value of the one there is. May run several times, under no lock, of which the last counts.</param>
    /// <param name="options">How the entry is kept; its time begins anew.</param>
    /// <returns>The new value, or a miss when the key had none.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the new value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ArgumentNullException">The update returned <c>null</c>, or an argument is.</exception>
    /// <exception cref="InvalidOperationException">The entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>), or others were faster 1000 times in a row, or memory did not take what a tier behind has. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public CacheResult<T> Update<TState, T>(in CacheKey key, TState state, Func<T, TState, T> update, EntryOptions options = default)
        where T : unmanaged =>
        UpdateWithAsync<TState, T, UnmanagedPayload<T>>(key, default, state, update, default(UnmanagedPayload<T>), options, isBlocking: true, CancellationToken.None).Wait();

    /// <summary>Changes a value through a serializer.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Goes to the function.</param>
    /// <param name="update">Makes the new value of the one there is. May run several times, under no lock, of which the last counts.</param>
    /// <param name="serializer">How values are written and read.</param>
    /// <param name="options">How the entry is kept; its time begins anew.</param>
    /// <returns>The new value, or a miss when the key had none.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the new value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ArgumentNullException">The update returned <c>null</c>, or an argument is.</exception>
    /// <exception cref="InvalidOperationException">The entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>), or others were faster 1000 times in a row, or memory did not take what a tier behind has. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public CacheResult<T> Update<TState, T>(in CacheKey key, TState state, Func<T, TState, T> update, IPayloadSerializer<T> serializer, EntryOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return UpdateWithAsync<TState, T, IPayloadSerializer<T>>(key, default, state, update, serializer, options, isBlocking: true, CancellationToken.None).Wait();
    }

    /// <summary>Changes a struct without references, without blocking for the tiers behind.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Goes to the function.</param>
    /// <param name="update">Makes the new value of the one there is. May run several times, under no lock, of which the last counts.</param>
    /// <param name="options">How the entry is kept; its time begins anew.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>The new value, or a miss when the key had none.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the new value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ArgumentNullException">The update returned <c>null</c>, or an argument is.</exception>
    /// <exception cref="InvalidOperationException">The entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>), or others were faster 1000 times in a row, or memory did not take what a tier behind has. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; if it was so before the call, nothing has changed.</exception>
    public ValueTask<CacheResult<T>> UpdateAsync<TState, T>(in CacheKey key, TState state, Func<T, TState, T> update, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        UpdateWithAsync<TState, T, UnmanagedPayload<T>>(key, default, state, update, default(UnmanagedPayload<T>), options, isBlocking: false, cancellationToken);

    /// <summary>Changes a value through a serializer, without blocking for the tiers behind.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Goes to the function.</param>
    /// <param name="update">Makes the new value of the one there is. May run several times, under no lock, of which the last counts.</param>
    /// <param name="serializer">How values are written and read.</param>
    /// <param name="options">How the entry is kept; its time begins anew.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>The new value, or a miss when the key had none.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the new value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ArgumentNullException">The update returned <c>null</c>, or an argument is.</exception>
    /// <exception cref="InvalidOperationException">The entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>), or others were faster 1000 times in a row, or memory did not take what a tier behind has. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; if it was so before the call, nothing has changed.</exception>
    public ValueTask<CacheResult<T>> UpdateAsync<TState, T>(in CacheKey key, TState state, Func<T, TState, T> update, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        return UpdateWithAsync<TState, T, IPayloadSerializer<T>>(key, default, state, update, serializer, options, isBlocking: false, cancellationToken);
    }

    /// <summary>Adds a struct without references, or changes the one there is.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="added">The value of a key that has none.</param>
    /// <param name="state">Goes to the function.</param>
    /// <param name="update">Makes the new value of the one there is. May run several times, under no lock, of which the last counts.</param>
    /// <param name="options">How the entry is kept; its time begins anew.</param>
    /// <returns>The value that is there now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the new value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ArgumentNullException">The update returned <c>null</c>, or an argument is.</exception>
    /// <exception cref="InvalidOperationException">The entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>), or others were faster 1000 times in a row, or memory did not take what a tier behind has. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public T AddOrUpdate<TState, T>(in CacheKey key, T added, TState state, Func<T, TState, T> update, EntryOptions options = default)
        where T : unmanaged =>
        UpdateWithAsync<TState, T, UnmanagedPayload<T>>(key, new(added), state, update, default(UnmanagedPayload<T>), options, isBlocking: true, CancellationToken.None).Wait().Value!;

    /// <summary>Adds a value through a serializer, or changes the one there is.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="added">The value of a key that has none.</param>
    /// <param name="state">Goes to the function.</param>
    /// <param name="update">Makes the new value of the one there is. May run several times, under no lock, of which the last counts.</param>
    /// <param name="serializer">How values are written and read.</param>
    /// <param name="options">How the entry is kept; its time begins anew.</param>
    /// <returns>The value that is there now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the new value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ArgumentNullException">The update returned <c>null</c>, or an argument is.</exception>
    /// <exception cref="InvalidOperationException">The entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>), or others were faster 1000 times in a row, or memory did not take what a tier behind has. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    public T AddOrUpdate<TState, T>(in CacheKey key, T added, TState state, Func<T, TState, T> update, IPayloadSerializer<T> serializer, EntryOptions options = default)
    {
        if (added is null)
            throw new ArgumentNullException(nameof(added));
        ArgumentNullException.ThrowIfNull(serializer);
        return UpdateWithAsync<TState, T, IPayloadSerializer<T>>(key, new(added), state, update, serializer, options, isBlocking: true, CancellationToken.None).Wait().Value!;
    }

    /// <summary>Adds a struct without references, or changes the one there is, without blocking for the tiers behind.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="added">The value of a key that has none.</param>
    /// <param name="state">Goes to the function.</param>
    /// <param name="update">Makes the new value of the one there is. May run several times, under no lock, of which the last counts.</param>
    /// <param name="options">How the entry is kept; its time begins anew.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>The value that is there now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the new value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ArgumentNullException">The update returned <c>null</c>, or an argument is.</exception>
    /// <exception cref="InvalidOperationException">The entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>), or others were faster 1000 times in a row, or memory did not take what a tier behind has. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; if it was so before the call, nothing has changed.</exception>
    public ValueTask<T> AddOrUpdateAsync<TState, T>(in CacheKey key, T added, TState state, Func<T, TState, T> update, EntryOptions options = default, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        ValueOfAsync(UpdateWithAsync<TState, T, UnmanagedPayload<T>>(key, new(added), state, update, default(UnmanagedPayload<T>), options, isBlocking: false, cancellationToken));

    /// <summary>Adds a value through a serializer, or changes the one there is, without blocking for the tiers behind.</summary>
    /// <typeparam name="TState">The type of the state.</typeparam>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="added">The value of a key that has none.</param>
    /// <param name="state">Goes to the function.</param>
    /// <param name="update">Makes the new value of the one there is. May run several times, under no lock, of which the last counts.</param>
    /// <param name="serializer">How values are written and read.</param>
    /// <param name="options">How the entry is kept; its time begins anew.</param>
    /// <param name="cancellationToken">Stops waiting for tiers behind.</param>
    /// <returns>The value that is there now.</returns>
    /// <exception cref="ArgumentException">The key is not 1 to 4096 bytes, or malformed text; the new value is too long; or the policy leaves memory out, where these verbs decide. Nothing has changed then.</exception>
    /// <exception cref="ArgumentNullException">The update returned <c>null</c>, or an argument is.</exception>
    /// <exception cref="InvalidOperationException">The entry was written without a version (see <see cref="EntryPolicy.IsVersioned"/>), or others were faster 1000 times in a row, or memory did not take what a tier behind has. Nothing has changed then.</exception>
    /// <exception cref="ObjectDisposedException">The cache was disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; if it was so before the call, nothing has changed.</exception>
    public ValueTask<T> AddOrUpdateAsync<TState, T>(in CacheKey key, T added, TState state, Func<T, TState, T> update, IPayloadSerializer<T> serializer, EntryOptions options = default, CancellationToken cancellationToken = default)
    {
        if (added is null)
            throw new ArgumentNullException(nameof(added));
        ArgumentNullException.ThrowIfNull(serializer);
        return ValueOfAsync(UpdateWithAsync<TState, T, IPayloadSerializer<T>>(key, new(added), state, update, serializer, options, isBlocking: false, cancellationToken));
    }

    private ValueTask<CacheResult<T>> UpdateWithAsync<TState, T, TSerializer>(
        in CacheKey key, CacheResult<T> added, TState state, Func<T, TState, T> update, TSerializer serializer, in EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        ArgumentNullException.ThrowIfNull(update);
        ThrowIfDisposed();
        using KeyLease lease = key.Lease();
        CheckAtomic(0, options);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<CacheResult<T>>(cancellationToken);
        bool isThere = TryReadVersioned(lease.Bytes, serializer, options, isSecondLook: false, out T? value, out long version);
        if (isThere || _tiers.Length == 0)
            return TryUpdateAsync(lease.Bytes, isThere, value, version, added, state, update, serializer, options, isBlocking, cancellationToken);
        ValueTask<CacheResult<T>> found = LookupVersionedAsync<T, TSerializer>(lease.Bytes, serializer, options, isBlocking, cancellationToken);
        return UpdateFoundAsync(found, lease.Bytes.ToArray(), added, state, update, serializer, options, isBlocking, cancellationToken);
    }

    private async ValueTask<CacheResult<T>> UpdateFoundAsync<TState, T, TSerializer>(
        ValueTask<CacheResult<T>> found, byte[] key, CacheResult<T> added, TState state, Func<T, TState, T> update, TSerializer serializer, EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        bool isBehind = (await found.ConfigureAwait(false)).IsHit;
        bool isThere = TryReadVersioned(key, serializer, options, isSecondLook: true, out T? value, out long version);
        for (int attempt = 1; isBehind && !isThere; attempt++)
        {
            // A load or a writer kept the tier's value out of memory. A load is overtaken, as by every writer; then the tiers are asked anew, so that what was removed meanwhile stays away.
            if (attempt == UpdateAttempts)
                throw new InvalidOperationException($"What a tier behind has of a key of {key.Length} bytes could not be brought into memory {UpdateAttempts} times in a row.");
            if (_flights.OvertakeLoad(key) is { } pending)
                await TierCall.SettleAsync(pending, isBlocking, cancellationToken).ConfigureAwait(false);
            if (attempt > 1)
                await TierCall.SettleAsync(Task.Delay(s_writerPause, cancellationToken), isBlocking, cancellationToken).ConfigureAwait(false);
            isBehind = (await LookupVersionedAsync<T, TSerializer>(key, serializer, options, isBlocking, cancellationToken).ConfigureAwait(false)).IsHit;
            isThere = TryReadVersioned(key, serializer, options, isSecondLook: true, out value, out version);
        }

        return await TryUpdateAsync(key, isThere, value, version, added, state, update, serializer, options, isBlocking, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Changes the value that was read, and tries again with the one there is then. Memory has decided when this returns.</summary>
    private ValueTask<CacheResult<T>> TryUpdateAsync<TState, T, TSerializer>(
        ReadOnlySpan<byte> key, bool isThere, T? value, long version, CacheResult<T> added, TState state, Func<T, TState, T> update, TSerializer serializer, in EntryOptions options, bool isBlocking, CancellationToken cancellationToken)
        where TSerializer : IPayloadSerializer<T>
    {
        SpinWait spin = default;
        for (int attempt = 0; attempt < UpdateAttempts; attempt++)
        {
            if (attempt > 0)
                isThere = TryReadVersioned(key, serializer, options, isSecondLook: true, out value, out version);
            if (!isThere && !added.IsHit)
                return default;
            if (isThere && version == 0)
                throw new InvalidOperationException($"The entry of a key of {key.Length} bytes was written without a version, so that changes of it cannot be told apart; give its policy {nameof(EntryPolicy.IsVersioned)}.");
            T next = isThere ? update(value!, state) : added.Value!;
            ValueTask<ExchangeResult> exchange = ExchangeAsync(key, Serialize(next, serializer), isThere ? version : null, options, isBlocking, cancellationToken);
            if (!exchange.IsCompletedSuccessfully)
                return UpdatedAsync(exchange, next);
            ExchangeOutcome outcome = exchange.Result.Outcome;
            if (outcome == ExchangeOutcome.Exchanged)
                return new(new CacheResult<T>(next));
            if (outcome == ExchangeOutcome.NoSpace)
                return new(added.IsHit ? new CacheResult<T>(next) : default);
            spin.SpinOnce();
        }

        throw new InvalidOperationException($"The entry of a key of {key.Length} bytes was changed by others {UpdateAttempts} times in a row between a read and the exchange.");
    }

    /// <summary>An exchange that memory has decided, and that only waits for tiers behind.</summary>
    private static async ValueTask<CacheResult<T>> UpdatedAsync<T>(ValueTask<ExchangeResult> exchange, T next)
    {
        await exchange.ConfigureAwait(false);
        return new(next);
    }
}
