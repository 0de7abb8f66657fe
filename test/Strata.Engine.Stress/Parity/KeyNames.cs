using System.Buffers.Binary;
using Strata.Engine.Hashing;

namespace Strata.Engine.Stress.Parity;

/// <summary>
/// The names under which the keys of a sequence are given to engine and reference: such that the engine's ghost, which remembers 16 bits of a hash in one
/// of many lines, never takes one key for another. A key that the ghost has long forgotten is a new key to the policy, and gets a new name: the stamps of
/// forgotten names come round again after four windows.
/// </summary>
internal sealed class KeyNames(HashSecret secret, S3FifoReference reference, long ghostDrops)
{
    private const int FingerprintShift = 48;
    private const int GhostLines = StoreLayout.MinSlabBytes / 64;

    private readonly Dictionary<long, long> _names = [];
    private readonly HashSet<ulong> _places = [];
    private readonly HashSet<long> _spent = [];
    private long _next;

    /// <summary>The name of a key for the request that is about to be made.</summary>
    public long NameOf(long key)
    {
        if (!_names.TryGetValue(key, out long name))
            return _names[key] = NewName();
        if (reference.Contains(name))
            return name;
        // For one window behind the end of its own a name is used once more, and must have been forgotten.
        if (_spent.Contains(name) || reference.DropsSince(name) > 2 * ghostDrops)
            return _names[key] = NewName();
        // The write of this request may drop one key more before it asks the ghost.
        if (reference.DropsSince(name) + 1 > ghostDrops)
            _spent.Add(name);
        return name;
    }

    private long NewName()
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        while (true)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, ++_next);
            ulong hash = KeyHash.Compute(bytes, secret);
            ulong fingerprint = hash >> FingerprintShift;
            ulong line = (hash & uint.MaxValue) * GhostLines >> 32;
            if (fingerprint != 0 && _places.Add(fingerprint * GhostLines + line))
                return _next;
        }
    }
}
