using System.Buffers;
using System.Text;

namespace Strata.Keys;

/// <summary>
/// A name that keys have in common, so that all of them can be invalidated at once, at no cost a key: <c>cache.Clear(orders)</c>. Its keys are the name, a colon and the rest:
/// <c>new CacheNamespace("orders").Key($"{id}")</c> is the key <c>orders:42</c>.
/// </summary>
/// <remarks>Immutable; keep one for each name in a static field. No key belongs to two namespaces, since a name has no colon. Keys written without a namespace belong to one all the same if they begin as its keys do.</remarks>
public sealed class CacheNamespace
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxNameLength = 64;

    private static readonly SearchValues<char> s_allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    private readonly byte[] _prefix;

    /// <summary>Makes a namespace.</summary>
    /// <param name="name">1 to <see cref="MaxNameLength"/> of the letters A to Z and a to z, digits, dot, underscore and hyphen. Case counts.</param>
    /// <exception cref="ArgumentException">The name is empty, too long, or has another character.</exception>
    public CacheNamespace(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > MaxNameLength)
            throw new ArgumentException($"The name has {name.Length} characters; the name of a namespace has 1 to {MaxNameLength}.", nameof(name));
        if (name.AsSpan().IndexOfAnyExcept(s_allowed) is >= 0 and int at)
            throw new ArgumentException($"The name has U+{(int)name[at]:X4} at {at}; the name of a namespace consists of letters (A to Z, a to z), digits, '.', '_' and '-'.", nameof(name));
        Name = name;
        _prefix = Encoding.ASCII.GetBytes($"{name}:");
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>What every key of the namespace begins with.</summary>
    public ReadOnlySpan<byte> Prefix => _prefix;

    /// <summary>Makes a key of this namespace.</summary>
    /// <param name="rest">What follows the name, in any form that a key can have: an interpolated string, text, UTF-8.</param>
    /// <returns>A key on the stack. Allocates nothing up to 256 bytes; a longer one rents an array, see <see cref="CacheKey.Dispose"/>.</returns>
    /// <exception cref="ArgumentException">The rest is empty, longer than a key or malformed. A key that is too long with its name is refused by the call that it is given to.</exception>
    public CacheKey Key(scoped in CacheKey rest)
    {
        using KeyLease lease = rest.Lease();
        var key = new CacheKey(0, 0);
        key.AppendFormatted(_prefix.AsSpan());
        key.AppendFormatted(lease.Bytes);
        return key;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
