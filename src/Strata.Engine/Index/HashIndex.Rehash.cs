using Strata.Engine.Hashing;
using Strata.Engine.Layout;

namespace Strata.Engine.Index;

/// <content>
/// A flood, keys chosen to fall into one chain, needs the secret of the hash. Whoever has got hold of it loses it again: the index goes over to a secret of its
/// own. The store's stays what chooses the stripe, so that a hash can still be computed once for all stripes that were not flooded.
/// </content>
internal sealed unsafe partial class HashIndex
{
    // Readers may be at work with any secret that this index ever had.
    private readonly HashSecret?[] _secrets = new HashSecret?[RehashLimit];

    /// <summary>The most changes of secret in an index's life: each leaves a secret behind, and who still floods after so many is not stopped by another one.</summary>
    public const int RehashLimit = 16;

    /// <summary>How often the index has changed its secret.</summary>
    public int RehashCount { get; private set; }

    /// <summary>The hash of a key for this index, given its hash for the store.</summary>
    public ulong HashOf(byte* key, int keyBytes, ulong hash) => _root->Secret == null ? hash : KeyHash.Compute(key, keyBytes, _root->Secret);

    /// <summary>The hash of a record's key for this index.</summary>
    public ulong HashOf(byte* record) => _records.HashOf(record);

    /// <summary>
    /// Goes over to another secret: forgets every entry and hands out their slots, to be given back by <see cref="TryInsert"/> before
    /// <see cref="EndRehash"/>. Until then readers find what is back already and accept no miss.
    /// </summary>
    /// <param name="secret">The new secret.</param>
    /// <param name="slots">Room for as many slots as there are entries.</param>
    public void BeginRehash(HashSecret secret, ulong[] slots)
    {
        int count = 0;
        for (uint head = 0; head < HeadCount; head++)
        {
            foreach (IndexSlot slot in SlotsOf(head))
                slots[count++] = slot.Word;
        }

        _secrets[RehashCount++] = secret;
        _records = _records.With(secret.Words);
        // Misses are refused from here on: who saw the shape before, and then sees the new secret, looks in a wrong chain and finds another shape.
        Volatile.Write(ref _root->Shape, IndexRoot.WithRehash(_root->Shape, isRehashing: true));
        // Before the epoch: a reader that sees the new one sees the new secret.
        Volatile.Write(ref *(nuint*)&_root->Secret, (nuint)secret.Words);
        Clear(isRehashing: true);
    }

    /// <summary>All entries are back.</summary>
    public void EndRehash() => Volatile.Write(ref _root->Shape, IndexRoot.WithRehash(_root->Shape, isRehashing: false));
}
