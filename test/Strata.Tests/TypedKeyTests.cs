using Strata.Entries;
using Strata.Payloads;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests;

/// <summary>The verbs with keys that know their values.</summary>
public sealed class TypedKeyTests : CacheFixture
{
    private static readonly IPayloadSerializer<long> s_number = PayloadSerializer.Unmanaged<long>();

    [Fact]
    public async Task Verbs_OfTypedKey_AreThoseOfItsBytes()
    {
        TieredCache cache = Cache;
        Assert.False(cache.TryGet(Number("n"), out long number));
        Assert.Equal(7, cache.GetOrAdd(Number("n"), static _ => 7));
        Assert.True(cache.TryGet(Number("n"), out number));
        Assert.Equal(7, number);
        Assert.True(cache.Set(Number("n"), 8, TimeSpan.FromMinutes(1)));
        Assert.True(cache.TryGet("n", out number));
        Assert.Equal(8, number);
        Assert.Equal(new CacheResult<long>(8), await cache.TryGetAsync(Number("n")));
        Assert.Equal(8, await cache.GetOrAddAsync(Number("n"), static _ => new ValueTask<long>(9)));
        Assert.Equal(8, await cache.GetOrAddAsync(Number("n"), 1, static (_, _) => new ValueTask<long>(9)));
        Assert.True(cache.Remove(Number("n")));
        Assert.Equal(10, cache.GetOrAdd(Number("n"), 10, static (state, _) => state));
        Assert.True(await cache.RemoveAsync(Number("n")));
        Assert.True(await cache.SetAsync(Number("n"), 11));
        Assert.Equal(11, (await cache.TryGetAsync(Number("n"))).Value);
    }

    [Fact]
    public void TryGet_OfTypedKeyWithOtherBytes_IsAMissAndCounted()
    {
        Cache.Set("n", "four");

        Assert.False(Cache.TryGet(Number("n"), out long _));
        Assert.Equal(1, Cache.GetStatistics().UnreadablePayloads);
    }

    [Fact]
    public void TryGet_OfTypedKey_AllocatesNothing()
    {
        Cache.Set(Number("n"), 7);

        Assert.True(Allocation.OfCalls(() => Cache.TryGet(Number("n"), out long number) && number == 7, out long bytes));
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void TypedKey_WithoutSerializer_IsRefused()
    {
        Assert.Equal("serializer", Assert.Throws<ArgumentNullException>(() => new CacheKey<long>("n", null!).ToString()).ParamName);
        Assert.Throws<ArgumentNullException>(() => Cache.TryGet(default(CacheKey<long>), out long _));
    }

    [Theory]
    [InlineData("", ':', "")]
    [InlineData(null, ':', "%00")]
    [InlineData("a:b%c", ':', "a%3Ab%25c")]
    [InlineData("a:b%c", '%', "a:b%25c")]
    [InlineData("žluť:🐎", ':', "žluť%3A🐎")]
    [InlineData("a text of more than thirty-two characters: yes", ':', "a text of more than thirty-two characters%3A yes")]
    public void AppendEscaped_Text_EscapesSignAndEnd(string? text, char end, string expected)
    {
        CacheKey key = default;
        key.AppendFormatted("x"u8);
        key.AppendEscaped(text, end);

        Assert.Equal("x" + expected, key.ToString());
    }

    [Fact]
    public void AppendEscaped_AroundTheEndOfTheInlineBuffer_KeepsEveryByte()
    {
        for (int before = 220; before <= 260; before++)
        {
            string text = "0123456789:0123456789%0123456789";
            CacheKey key = default;
            key.AppendEscaped(new string('x', before), ':');
            key.AppendEscaped(text, ':');

            Assert.Equal(new string('x', before) + "0123456789%3A0123456789%250123456789", key.ToString());
            key.Dispose();
        }
    }

    [Fact]
    public void AppendEscaped_PastTheLongestKey_IsRefusedByTheCall()
    {
        Assert.Throws<ArgumentException>(Remove);

        void Remove()
        {
            CacheKey key = default;
            key.AppendEscaped(new string(':', CacheKey.MaxBytes / 3), ':');
            key.AppendEscaped("ab", ':');
            key.AppendEscaped("", ':');
            Cache.Remove(key);
        }
    }

    private static CacheKey<long> Number(string text) => new(text, s_number);
}
