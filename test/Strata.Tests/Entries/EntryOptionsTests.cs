using Strata.Entries;
using Xunit;

namespace Strata.Tests.Entries;

public sealed class EntryOptionsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-36_000_000_000)]
    public void Ttl_ZeroOrNegative_ThrowsNamingValueAndLimit(long ticks)
    {
        TimeSpan ttl = TimeSpan.FromTicks(ticks);
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => new EntryOptions { Ttl = ttl });
        Assert.Equal(nameof(EntryOptions.Ttl), exception.ParamName);
        Assert.Contains(ttl.ToString(), exception.Message, StringComparison.Ordinal);
        Assert.Contains("more than zero", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => (EntryOptions)ttl);
    }

    [Fact]
    public void Ttl_BeyondTheLongest_ThrowsNamingIt()
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(() => new EntryOptions { Ttl = EntryOptions.MaxTtl + TimeSpan.FromTicks(1) });
        Assert.Contains(EntryOptions.MaxTtl.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ttl_OfAcceptedValues_IsKept()
    {
        Assert.Null(default(EntryOptions).Ttl);
        Assert.Equal(TimeSpan.FromTicks(1), ((EntryOptions)TimeSpan.FromTicks(1)).Ttl);
        Assert.Equal(EntryOptions.MaxTtl, new EntryOptions { Ttl = EntryOptions.MaxTtl }.Ttl);
        Assert.Equal(Timeout.InfiniteTimeSpan, ((EntryOptions)Timeout.InfiniteTimeSpan).Ttl);
    }
}
