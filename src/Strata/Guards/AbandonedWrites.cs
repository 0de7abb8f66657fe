using System.Runtime.InteropServices;
using Strata.Keys;

namespace Strata.Guards;

/// <summary>
/// The keys of values that a tier was told to keep, by calls that were given up: the tier may still keep them at any moment until those calls have ended. Bounded by the guard's bound on calls given up.
/// </summary>
internal sealed class AbandonedWrites
{
    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], int> _counts = new(KeyComparer.Instance);
    private volatile bool _isEmpty = true;

    /// <summary>Is told of a key whose call has ended, before the key is forgotten. Must be quick, and must not call back.</summary>
    public event Action<byte[]>? Ending;

    public bool IsEmpty => _isEmpty;

    /// <summary>Whether a value of this key may still appear in the tier.</summary>
    public bool Contains(ReadOnlySpan<byte> key)
    {
        if (_isEmpty)
            return false;
        lock (_gate)
            return _counts.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(key);
    }

    public void Begin(byte[][] keys)
    {
        lock (_gate)
        {
            foreach (byte[] key in keys)
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _)++;
            _isEmpty = _counts.Count == 0;
        }
    }

    public void End(byte[][] keys)
    {
        foreach (byte[] key in keys)
            Ending?.Invoke(key);
        lock (_gate)
        {
            foreach (byte[] key in keys)
            {
                if (--CollectionsMarshal.GetValueRefOrAddDefault(_counts, key, out _) == 0)
                    _counts.Remove(key);
            }

            _isEmpty = _counts.Count == 0;
        }
    }
}
