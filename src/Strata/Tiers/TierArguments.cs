using Strata.Keys;

namespace Strata.Tiers;

/// <summary>Checks that every tier makes.</summary>
internal static class TierArguments
{
    public static void ThrowIfNotKey(ReadOnlyMemory<byte> key) => KeyErrors.ThrowIfNotKey(key.Span);
}
