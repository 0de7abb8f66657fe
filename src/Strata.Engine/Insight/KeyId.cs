namespace Strata.Engine.Insight;

/// <summary>
/// By what an insight finds a key again: the hash by which its stripe's index knows it, with the bits of the store's hash that say which stripe that is. Both are one hash
/// unless the stripe went over to a secret of its own.
/// </summary>
internal static class KeyId
{
    private const ulong StripeBits = (ulong)(StoreLayout.MaxStripes - 1) << ByteStore.StripeShift;

    public static ulong Of(ulong indexHash, ulong hash) => (indexHash & ~StripeBits) | (hash & StripeBits);

    /// <summary>The id of a key of the stripe with this number.</summary>
    public static ulong OfStripe(ulong indexHash, int stripe) => Of(indexHash, (ulong)stripe << ByteStore.StripeShift);

    /// <summary>Whether two ids, or hashes of the index, of one stripe are of one key.</summary>
    public static bool Same(ulong id, ulong other) => ((id ^ other) & ~StripeBits) == 0;
}
