using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Strata.Payloads;

namespace Strata.Entries;

/// <summary>What a factory is told about the load it does, and what it may decide about the entry. Valid until the factory has finished.</summary>
/// <remarks>Used by one load; a factory that works on several threads at once must use it from one of them.</remarks>
public sealed class LoadContext
{
    private object? _stale;

    internal LoadContext(EntryOptions options, bool isRefresh, bool mayBeNothing, CancellationToken cancellationToken)
    {
        Options = options;
        IsRefresh = isRefresh;
        MayBeNothing = mayBeNothing;
        CancellationToken = cancellationToken;
    }

    /// <summary>
    /// How the entry will be kept: first what the caller asked for. A factory may set it, for example when the time to live or the tags depend on the value.
    /// </summary>
    public EntryOptions Options { get; set; }

    /// <summary>Whether the load renews, in the background, a value that is still served.</summary>
    public bool IsRefresh { get; }

    /// <summary>
    /// Cancelled when the last caller that waits for this load has gone, and at its hard deadline. It is not the token of one caller: a load goes on while anybody waits for it.
    /// </summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Whether there is a former value that is stale or about to be; see <see cref="TryGetStale{T}"/>.</summary>
    public bool HasStale => _stale is not null;

    internal byte[] StalePayload { get; private set; } = [];

    internal bool MayBeNothing { get; }

    internal bool IsNothing { get; set; }

    internal bool IsUnchanged { get; private set; }

    internal bool IsKept { get; private set; } = true;

    /// <summary>Gets the former value of the key, so that the source can be asked whether it has changed. Reads it anew in each call.</summary>
    /// <typeparam name="T">The type that this factory makes.</typeparam>
    /// <param name="value">The former value.</param>
    /// <returns>Whether there is one, of this type. There is none when the cache has nothing of the key, or its policy keeps no stale values.</returns>
    public bool TryGetStale<T>([MaybeNullWhen(false)] out T value)
    {
        value = default;
        return _stale is IStaleValue<T> stale && stale.TryRead(out value);
    }

    /// <summary>Says that the former value still holds: it is kept anew, fresh again, as it was. To be returned from the factory.</summary>
    /// <typeparam name="T">The type that this factory makes.</typeparam>
    /// <returns>The former value.</returns>
    /// <exception cref="InvalidOperationException">There is no former value of this type.</exception>
    public T NotModified<T>()
    {
        if (!TryGetStale(out T? value))
            throw new InvalidOperationException($"There is no former value of type {typeof(T)} to keep; ask {nameof(TryGetStale)} first.");
        IsUnchanged = true;
        return value!;
    }

    /// <summary>
    /// Says that there is no such value. It is kept for <see cref="EntryPolicy.NegativeTtl"/>, if the policy has one, and not at all otherwise. To be returned from the factory.
    /// </summary>
    /// <typeparam name="T">The type that this factory makes.</typeparam>
    /// <returns>The type's default value, which is what the callers get too: <c>null</c> for a class.</returns>
    public T Nothing<T>()
    {
        IsNothing = true;
        return default!;
    }

    /// <summary>Says that the value is for those who wait now, and not to be kept.</summary>
    public void DoNotStore() => IsKept = false;

    /// <summary>Puts the former payload where a factory wrote nothing because it is unchanged.</summary>
    internal void RestoreUnchanged(PayloadBuffer payload)
    {
        if (!IsUnchanged)
            return;
        payload.Clear();
        payload.Write(StalePayload);
    }

    internal void OfferStale<T, TSerializer>(byte[] payload, TSerializer serializer)
        where TSerializer : IPayloadSerializer<T>
    {
        StalePayload = payload;
        _stale = new StaleValue<T, TSerializer>(payload, serializer);
    }
}
