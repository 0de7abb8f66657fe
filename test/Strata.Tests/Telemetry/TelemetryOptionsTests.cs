using Xunit;

namespace Strata.Tests.Telemetry;

public sealed class TelemetryOptionsTests : TelemetryFixture
{
    [Theory]
    [InlineData("", "0 characters", "1 to 64")]
    [InlineData("a\nb", "U+000A at 1", "printable")]
    [InlineData("a\u200Bb", "U+200B at 1", "printable")]
    [InlineData("\u2028", "U+2028 at 0", "printable")]
    public void Construct_WithANameThatIsNone_SaysWhy(string name, string value, string limit) => AssertWrong(name, value, limit);

    [Fact]
    public void Construct_WithANameThatIsNone_SaysWhyToo()
    {
        AssertWrong(new string('x', 65), "65", "1 to 64");
        AssertWrong("a\uD800", "U+D800 at 1", "printable");
        AssertWrong(null!, "null", "1 to 64");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("Prices (EU) – größer 😀")]
    public void Construct_WithAPrintableName_TakesIt(string name) => Assert.Equal(name, Create(options => options.Name = name).Name);

    [Fact]
    public void Name_ByDefault_IsDefault() => Assert.Equal("default", Create(static options => options.Name = new TieredCacheOptions().Name).Name);

    private void AssertWrong(string name, string value, string limit)
    {
        ArgumentException exception = Assert.ThrowsAny<ArgumentException>(() => Create(options => options.Name = name));
        Assert.Equal("Name", exception.ParamName);
        Assert.Contains(value, exception.Message, StringComparison.Ordinal);
        Assert.Contains(limit, exception.Message, StringComparison.Ordinal);
    }
}
