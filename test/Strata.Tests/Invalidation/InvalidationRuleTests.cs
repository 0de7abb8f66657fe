using System.Buffers.Binary;
using Strata.Entries;
using Strata.Invalidation;
using Xunit;

namespace Strata.Tests.Invalidation;

public sealed class InvalidationRuleTests
{
    public static TheoryData<string, Func<InvalidationRule>> Bad => new()
    {
        { "no tag", static () => InvalidationRule.OfAnyTag([]) },
        { "too many tags", static () => InvalidationRule.OfAllTags([.. Enumerable.Range(0, 65).Select(i => $"{i}")]) },
        { "empty tag", static () => InvalidationRule.OfAnyTag("a", "") },
        { "null tag", static () => InvalidationRule.OfAnyTag((string)null!) },
        { "long tag", static () => InvalidationRule.OfAnyTag(new string('x', 257)) },
        { "malformed tag", static () => InvalidationRule.OfAnyTag("\ud800") },
        { "empty prefix", static () => InvalidationRule.OfPrefix("") },
        { "long prefix", static () => InvalidationRule.OfPrefix(new string('x', 4097)) },
        { "empty pattern", static () => InvalidationRule.OfPattern("") },
        { "null pattern", static () => InvalidationRule.OfPattern(null!) },
        { "long pattern", static () => InvalidationRule.OfPattern(new string('x', 257)) },
        { "long pattern in bytes", static () => InvalidationRule.OfPattern(new string('é', 129)) },
        { "malformed pattern", static () => InvalidationRule.OfPattern("a\udc00*") },
        { "open escape", static () => InvalidationRule.OfPattern(@"a\") },
    };

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Of_BadInput_IsRefused(string what, Func<InvalidationRule> make)
    {
        ArgumentException refusal = Assert.ThrowsAny<ArgumentException>(make);
        Assert.False(string.IsNullOrEmpty(refusal.Message), what);
    }

    [Fact]
    public void Of_TheLongest_IsTaken()
    {
        Assert.True(InvalidationRule.OfPattern(new string('x', 256)).MatchesKey("x"u8) is false);
        Assert.Equal(4096, InvalidationRule.OfPrefix(new string('x', 4096)).Prefix.Length);
        Assert.Equal(64, InvalidationRule.OfAnyTag([.. Enumerable.Range(0, 64).Select(i => new string((char)('0' + i), 256)[..128])]).Tags.Length);
    }

    [Theory]
    [InlineData("a", true, false)]
    [InlineData("b", true, false)]
    [InlineData("c", false, false)]
    [InlineData("a b", true, true)]
    [InlineData("c b x a", true, true)]
    [InlineData("", false, false)]
    public void MatchesTags_OfTwo_AsAnyAndAsAll(string tags, bool any, bool all)
    {
        byte[] ids = Ids(tags);
        Assert.Equal(any, InvalidationRule.OfAnyTag("a", "b").MatchesTags(ids));
        Assert.Equal(all, InvalidationRule.OfAllTags("a", "b").MatchesTags(ids));
        Assert.Equal(all, InvalidationRule.OfAllTags("b", "a", "b").MatchesTags(ids));
        Assert.False(InvalidationRule.OfPattern("*").MatchesTags(ids));
        Assert.False(InvalidationRule.OfAnyTag("a", "b").MatchesKey("a"u8));
    }

    [Fact]
    public void MatchesTags_OfTheTagForEveryTag_IsTrue()
    {
        Assert.True(InvalidationRule.OfAnyTag("a").MatchesTags(Ids("*")));
        Assert.True(InvalidationRule.OfAllTags("a", "b").MatchesTags(Ids("*")));
    }

    [Fact]
    public void Equals_OfTheSameWords_IsTrue()
    {
        Assert.Equal(InvalidationRule.OfAnyTag("a", "b"), InvalidationRule.OfAnyTag("a", "b"));
        Assert.Equal(InvalidationRule.OfPrefix("p"), InvalidationRule.OfPrefix("p"u8));
        Assert.Equal(InvalidationRule.OfPattern("p*").GetHashCode(), InvalidationRule.OfPattern("p*").GetHashCode());
        Assert.NotEqual(InvalidationRule.OfAnyTag("a", "b"), InvalidationRule.OfAllTags("a", "b"));
        Assert.NotEqual(InvalidationRule.OfPrefix("p"), InvalidationRule.OfPattern("p"));
        Assert.NotEqual(InvalidationRule.OfAnyTag("a"), InvalidationRule.OfAnyTag("b"));
    }

    [Fact]
    public void TagIds_OfManyTags_AreDifferentAndNeverThatForEveryTag()
    {
        HashSet<ulong> ids = [.. Enumerable.Range(0, 100_000).Select(i => TagIds.Of($"tag:{i}"))];
        Assert.Equal(100_000, ids.Count);
        Assert.DoesNotContain(TagIds.Every, ids);
        Assert.Equal(TagIds.Of("a"), BinaryPrimitives.ReadUInt64LittleEndian(Ids("a")));
    }

    internal static byte[] Ids(string tags)
    {
        string[] all = tags.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return TagIds.Write([.. all], new byte[EntryOptions.MaxTags * sizeof(ulong)]).ToArray();
    }
}
