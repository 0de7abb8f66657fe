using System.Globalization;
using System.Text;
using Strata.Keys;
using Xunit;

namespace Strata.Tests;

public sealed class CacheKeyTests
{
    private const string Text = "user:žluť:🐎";

    private enum Colour
    {
        Red,
        Green,
    }

    private static byte[] BytesOf(in CacheKey key)
    {
        using KeyLease lease = key.Lease();
        return lease.Bytes.ToArray();
    }

    [Fact]
    public void Lease_OfSameCharactersInEveryForm_GivesTheSameBytes()
    {
        byte[] expected = Encoding.UTF8.GetBytes(Text);
        string horse = "🐎";
        Assert.Equal(expected, BytesOf(Text));
        Assert.Equal(expected, BytesOf(Text.AsSpan()));
        Assert.Equal(expected, BytesOf(expected));
        Assert.Equal(expected, BytesOf("user:žluť:🐎"u8));
        Assert.Equal(expected, BytesOf($"user:žluť:{horse}"));
        Assert.Equal(expected, BytesOf($"user:{"žluť:🐎"u8}"));
        Assert.Equal(expected, BytesOf($"{"user".AsSpan()}{':'}žluť:{horse}"));
    }

    [Fact]
    public void Interpolate_OfValues_WritesTheirInvariantForm()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var culture = new CultureInfo("", useUserOverride: false) { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            CultureInfo.CurrentCulture = culture;
            var date = new DateOnly(2030, 2, 3);
            string? nothing = null;
            int? none = null;
            byte[] key = BytesOf($"{-5}|{1.5}|{date:yyyy-MM-dd}|{Guid.Empty:N}|{true}|{Colour.Green}|{nothing}|{none}|{(int?)7}|{new Version(1, 2)}|{255:x}");
            Assert.Equal($"-5|1.5|2030-02-03|{new string('0', 32)}|True|Green|||7|1.2|ff", Encoding.UTF8.GetString(key));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1_000)]
    [InlineData(4_096)]
    public void Lease_OfKeysAroundEveryBufferLength_IsWhole(int lengthBytes)
    {
        string text = string.Create(lengthBytes, 0, static (span, _) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = (char)('a' + i % 26);
        });
        byte[] expected = Encoding.UTF8.GetBytes(text);
        Assert.Equal(expected, BytesOf(text));
        Assert.Equal(expected, BytesOf(expected));
        Assert.Equal(expected, BytesOf($"{text}"));
        Assert.Equal(expected, BytesOf($"{text.AsSpan(0, lengthBytes / 2)}{text.AsSpan(lengthBytes / 2)}"));
        using CacheKey held = $"{text}";
        Assert.Equal(expected, BytesOf(held));
        Assert.Equal(expected, BytesOf(held));
    }

    [Fact]
    public void Interpolate_PieceByPieceToTheLimit_IsWhole()
    {
        var key = new CacheKey(0, 0);
        var expected = new StringBuilder();
        for (int i = 1_000_000; expected.Length <= CacheKey.MaxBytes - 8; i++)
        {
            key.AppendFormatted(i);
            key.AppendLiteral("é");
            expected.Append(CultureInfo.InvariantCulture, $"{i}").Append('é');
            if (Encoding.UTF8.GetByteCount(expected.ToString()) > CacheKey.MaxBytes - 9)
                break;
        }

        Assert.Equal(expected.ToString(), Encoding.UTF8.GetString(BytesOf(key)));
        key.Dispose();
    }

    [Fact]
    public void Lease_OfEmptyKey_ThrowsNamingTheLimits()
    {
        string empty = "";
        foreach (ArgumentException exception in new[]
        {
            Assert.Throws<ArgumentException>(() => BytesOf("")),
            Assert.Throws<ArgumentException>(() => BytesOf(""u8)),
            Assert.Throws<ArgumentException>(() => BytesOf($"{empty}")),
            Assert.Throws<ArgumentException>(() => BytesOf(default)),
            Assert.Throws<ArgumentException>(() => BytesOf(Array.Empty<byte>())),
        })
        {
            Assert.Equal("key", exception.ParamName);
            Assert.Contains("empty", exception.Message, StringComparison.Ordinal);
            Assert.Contains("4096", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(4_097)]
    [InlineData(5_000)]
    [InlineData(1_000_000)]
    public void Lease_OfTooLongKey_ThrowsNamingItsLengthAndTheLimit(int lengthBytes)
    {
        string text = new('k', lengthBytes);
        foreach (ArgumentException exception in new[]
        {
            Assert.Throws<ArgumentException>(() => BytesOf(text)),
            Assert.Throws<ArgumentException>(() => BytesOf(Encoding.UTF8.GetBytes(text))),
        })
        {
            Assert.Equal("key", exception.ParamName);
            Assert.Contains($"{lengthBytes} bytes", exception.Message, StringComparison.Ordinal);
            Assert.Contains("4096", exception.Message, StringComparison.Ordinal);
        }

        Assert.Contains("more than 4096", Assert.Throws<ArgumentException>(() => BytesOf($"{text}")).Message, StringComparison.Ordinal);
        Assert.Contains("more than 4096", Assert.Throws<ArgumentException>(() => BytesOf($"{text.AsSpan(0, 300)}{Encoding.UTF8.GetBytes(text).AsSpan()}{1}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lease_OfTextWhoseUtf8IsTooLong_Throws()
    {
        Assert.Contains("6000 bytes", Assert.Throws<ArgumentException>(() => BytesOf(new string('é', 3_000))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lease_OfLoneSurrogate_ThrowsInEveryForm()
    {
        string broken = "user:\ud83d:1";
        string longBroken = new string('x', 300) + '\ud83d';
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => BytesOf(broken)).Message, StringComparison.Ordinal);
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => BytesOf(longBroken)).Message, StringComparison.Ordinal);
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => BytesOf($"{broken}")).Message, StringComparison.Ordinal);
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => BytesOf($"{'\ud83d'}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_OfNull_ThrowsNamingTheKey()
    {
        Assert.Equal("key", Assert.Throws<ArgumentNullException>(() => BytesOf((string)null!)).ParamName);
        Assert.Equal("key", Assert.Throws<ArgumentNullException>(() => BytesOf((byte[])null!)).ParamName);
    }
}
