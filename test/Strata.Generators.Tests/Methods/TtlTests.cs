using Strata.Generators.Methods;
using Xunit;

namespace Strata.Generators.Tests.Methods;

public sealed class TtlTests
{
    [Theory]
    [InlineData("500ms", 500L)]
    [InlineData("30s", 30_000L)]
    [InlineData("5m", 300_000L)]
    [InlineData("2h", 7_200_000L)]
    [InlineData("1d12h", 129_600_000L)]
    [InlineData("1d2h3m4s5ms", 93_784_005L)]
    [InlineData("90s", 90_000L)]
    [InlineData("1m1ms", 60_001L)]
    [InlineData("1099511627776ms", null)]
    [InlineData("12725d", 1_099_440_000_000L)]
    [InlineData("12726d", null)]
    [InlineData("", null)]
    [InlineData("0s", null)]
    [InlineData("5", null)]
    [InlineData("m", null)]
    [InlineData("5x", null)]
    [InlineData("5M", null)]
    [InlineData("-5m", null)]
    [InlineData("1.5h", null)]
    [InlineData("5 m", null)]
    [InlineData("1s1m", null)]
    [InlineData("1m1m", null)]
    [InlineData("99999999999s", null)]
    [InlineData("9999999999d9999999999h", null)]
    [InlineData("٣s", null)]
    public void ReadMs_Text_IsReadOrRefused(string text, long? expectedMs) => Assert.Equal(expectedMs, Ttl.ReadMs(text));
}
