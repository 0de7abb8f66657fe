using Xunit;

namespace Strata.Generators.Tests;

public sealed class EquatableArrayTests
{
    [Fact]
    public void Equals_EqualItems_IsEqualWithEqualHash()
    {
        EquatableArray<string> one = new[] { "a", "b" }.ToEquatableArray();
        EquatableArray<string> other = new[] { "a", "b" }.ToEquatableArray();

        Assert.True(one.Equals(other));
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b", "a")]
    [InlineData("a", "b", "c")]
    public void Equals_OtherItems_IsNotEqual(params string[] items) => Assert.False(new[] { "a", "b" }.ToEquatableArray().Equals(items.ToEquatableArray()));

    [Fact]
    public void Default_IsEmpty() => Assert.True(default(EquatableArray<string>).Equals(Array.Empty<string>().ToEquatableArray()));
}
