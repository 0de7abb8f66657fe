using System.Text;
using Strata.Invalidation;
using Strata.TestKit.Bytes;
using Xunit;

namespace Strata.Tests.Invalidation;

/// <summary>Glob patterns: by example, against a matcher that tries everything, and over keys that are no text.</summary>
public sealed class GlobPatternTests
{
    private static readonly string[] s_patternParts = ["a", "b", "é", "€", "😀", "*", "?", @"\*", @"\?", @"\\", @"\a"];
    private static readonly string[] s_keyParts = ["a", "b", "é", "€", "😀", "*", "?", @"\"];

    [Theory]
    [InlineData("workstations_*", "workstations_", true)]
    [InlineData("workstations_*", "workstations_7", true)]
    [InlineData("workstations_*", "workstation_7", false)]
    [InlineData("workstations_*", "xworkstations_7", false)]
    [InlineData("*", "anything", true)]
    [InlineData("**", "x", true)]
    [InlineData("user:?:name", "user:1:name", true)]
    [InlineData("user:?:name", "user:12:name", false)]
    [InlineData("user:*:name", "user:1:2:name", true)]
    [InlineData("user:*:name", "user:1:names", false)]
    [InlineData("*:eu:*:x", "a:eu:b:eu:c:x", true)]
    [InlineData(@"50\% \*\?\\", @"50% *?\", true)]
    [InlineData(@"a\*", "ab", false)]
    [InlineData("?", "é", true)]
    [InlineData("?", "😀", true)]
    [InlineData("??", "é", false)]
    [InlineData("plain", "plain", true)]
    [InlineData("plain", "plainer", false)]
    [InlineData("A", "a", false)]
    public void Matches_Examples(string pattern, string key, bool expected) =>
        Assert.Equal(expected, new GlobPattern(pattern).Matches(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Matches_RandomPatternsAndKeys_AsTheReferenceDoes(int seed)
    {
        var random = new Random(seed);
        int matches = 0;
        for (int i = 0; i < 60_000; i++)
        {
            string pattern = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => s_patternParts[random.Next(s_patternParts.Length)]));
            string key = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => s_keyParts[random.Next(s_keyParts.Length)]));
            bool expected = Reference([.. pattern.EnumerateRunes()], [.. key.EnumerateRunes()]);
            matches += expected ? 1 : 0;
            Assert.True(expected == new GlobPattern(pattern).Matches(Encoding.UTF8.GetBytes(key)), $"seed {seed}: '{pattern}' on '{key}' should be {expected}");
        }

        Assert.InRange(matches, 1_000, 59_000);
    }

    [Fact]
    public void Matches_OfBytesThatAreNoText_Ends()
    {
        byte[] key = TestBytes.Value(seed: 5, 4096);
        Assert.True(new GlobPattern("*").Matches(key));
        Assert.False(new GlobPattern("*a?b*c?d*e?f*g?h*zzzz").Matches(key));
        key.AsSpan().Fill(0x80);
        Assert.True(new GlobPattern("?").Matches(key));
        Assert.False(new GlobPattern("??").Matches(key));
    }

    /// <summary>What a matcher that tries every way would never finish.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Matches_OfAHostilePair_TakesAFewSteps()
    {
        await Task.Yield();
        byte[] key = new byte[4096];
        key.AsSpan().Fill((byte)'a');
        string pattern = string.Concat(Enumerable.Repeat("a*", 127)) + "b";
        Assert.False(new GlobPattern(pattern).Matches(key));
    }

    private static bool Reference(ReadOnlySpan<Rune> pattern, ReadOnlySpan<Rune> key)
    {
        if (pattern.IsEmpty)
            return key.IsEmpty;
        if (pattern[0].Value == '*')
            return Reference(pattern[1..], key) || (!key.IsEmpty && Reference(pattern, key[1..]));
        if (key.IsEmpty)
            return false;
        if (pattern[0].Value == '?')
            return Reference(pattern[1..], key[1..]);
        ReadOnlySpan<Rune> literal = pattern[0].Value == '\\' ? pattern[1..] : pattern;
        return literal[0] == key[0] && Reference(literal[1..], key[1..]);
    }
}
