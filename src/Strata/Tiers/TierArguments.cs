using Strata.Keys;

namespace Strata.Tiers;

/// <summary>Checks that every tier makes.</summary>
internal static class TierArguments
{
    public static void ThrowIfNotKey(ReadOnlyMemory<byte> key)
    {
        if ((uint)(key.Length - 1) >= CacheKey.MaxBytes)
            KeyErrors.ThrowLength(key.Length);
    }
}
