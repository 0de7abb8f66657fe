using System.Diagnostics.CodeAnalysis;

namespace Strata.Entries;

/// <summary>The answer of an asynchronous read, where an <c>out</c> argument cannot be.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly record struct CacheResult<T>
{
    /// <summary>Makes the answer of a hit. The default value is the answer of a miss.</summary>
    /// <param name="value">The value found.</param>
    public CacheResult(T value)
    {
        Value = value;
        IsHit = true;
    }

    /// <summary>Whether a live entry was found.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsHit { get; }

    /// <summary>The answer of an entry that says there is no such value (see <see cref="EntryPolicy.NegativeTtl"/>): not a hit, and yet no reason to load.</summary>
    internal static CacheResult<T> Nothing { get; } = new() { IsNothing = true };

    /// <summary>Whether it is known that there is no such value.</summary>
    public bool IsNothing { get; private init; }

    /// <summary>The value found; the type's default value on a miss.</summary>
    public T? Value { get; }

    /// <summary>Takes the answer apart: <c>if (await cache.TryGetAsync&lt;int&gt;(key) is (true, var value))</c>.</summary>
    /// <param name="isHit">As <see cref="IsHit"/>.</param>
    /// <param name="value">As <see cref="Value"/>.</param>
    public void Deconstruct(out bool isHit, out T? value)
    {
        isHit = IsHit;
        value = Value;
    }
}
