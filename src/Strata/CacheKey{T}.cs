using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using Strata.Payloads;

namespace Strata;

/// <summary>
/// A key that knows the type of its value and how it is written, so that the verbs need to be told neither: <c>cache.TryGet(Keys.User(7), out User? user)</c>.
/// Methods marked with <see cref="CacheKeyAttribute"/> return it.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <remarks>As a <see cref="CacheKey"/>, it lives on the stack and may be passed to several calls. Two typed keys of the same bytes are the same key, whatever their types.</remarks>
public ref struct CacheKey<T>
{
    private CacheKey _key;

    /// <summary>Gives a key the type of its value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="serializer">How its value is written and read; made once and kept, since <see cref="PayloadSerializer"/> makes a new one in each call.</param>
    public CacheKey(scoped in CacheKey key, IPayloadSerializer<T> serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _key = key;
        Serializer = serializer;
    }

    /// <summary>Makes a key that is still to be written. Called by generated code.</summary>
    /// <param name="serializer">How its value is written and read.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public CacheKey(IPayloadSerializer<T> serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        Serializer = serializer;
    }

    /// <summary>The key without its type.</summary>
    [UnscopedRef]
    public readonly ref readonly CacheKey Key => ref _key;

    /// <summary>How the value is written and read.</summary>
    public IPayloadSerializer<T> Serializer { get; }

    /// <summary>The key to write to. Called by generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [UnscopedRef]
    public ref CacheKey Writable => ref _key;

    /// <summary>The key as text. Allocates the string.</summary>
    /// <exception cref="ArgumentException">The key is empty or too long.</exception>
    public override readonly string ToString() => _key.ToString();

    /// <summary>Gives back the array that a long key rented, as <see cref="CacheKey.Dispose"/> does.</summary>
    public void Dispose() => _key.Dispose();
}
