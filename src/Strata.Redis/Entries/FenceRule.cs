using System.Text;
using Strata.Invalidation;

namespace Strata.Redis.Entries;

/// <summary>A rule of the fence: void are the entries whose keys begin with a prefix (<c>P</c> and the prefix) or match a pattern (<c>G</c> and the pattern).</summary>
internal static class FenceRule
{
    public static byte[] Of(InvalidationRule rule) =>
        rule.Pattern is { } pattern ? [(byte)'G', .. Encoding.UTF8.GetBytes(pattern)] : [(byte)'P', .. rule.Prefix.Span];

    /// <summary>Whether a key is meant; a rule that cannot be read means every key.</summary>
    public static bool Means(ReadOnlySpan<byte> rule, ReadOnlySpan<byte> key)
    {
        if (rule.IsEmpty || rule[0] == (byte)'P')
            return rule.IsEmpty || key.StartsWith(rule[1..]);
        try
        {
            return rule[0] != (byte)'G' || InvalidationRule.OfPattern(Encoding.UTF8.GetString(rule[1..])).MatchesKey(key);
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
