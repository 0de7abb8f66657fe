namespace Strata.Engine.Stress.Tests;

public sealed class OptionReaderTests
{
    [Fact]
    public void Number_Given_IsRead() => Assert.Equal(7, new OptionReader(["--seconds", "7"]).Number("--seconds", 1, 1, 10));

    [Fact]
    public void Number_Absent_IsDefault() => Assert.Equal(1, new OptionReader([]).Number("--seconds", 1, 1, 10));

    [Theory]
    [InlineData("0")]
    [InlineData("11")]
    [InlineData("x")]
    public void Number_OutsideRange_NamesOptionValueAndLimits(string value)
    {
        FormatException thrown = Assert.Throws<FormatException>(() => new OptionReader(["--seconds", value]).Number("--seconds", 1, 1, 10));

        Assert.Equal($"--seconds takes a number from 1 to 10, not {value}.", thrown.Message);
    }

    [Fact]
    public void ThrowIfAnyLeft_Unknown_Throws() => Assert.Throws<FormatException>(() => new OptionReader(["--what"]).ThrowIfAnyLeft());
}
