using System.Text;
using Strata.Keys;
using Strata.TestKit;
using Xunit;

namespace Strata.Tests.Keys;

public sealed class CacheNamespaceTests
{
    private static readonly CacheNamespace s_orders = new("orders");

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a\0")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345")]
    public void New_WithABadName_IsRefused(string name) => Assert.Throws<ArgumentException>(() => new CacheNamespace(name));

    [Fact]
    public void New_WithTheLongestName_IsTaken() => Assert.Equal(65, new CacheNamespace(new string('x', 64)).Prefix.Length);

    [Fact]
    public void Key_InEveryForm_IsTheNameAColonAndTheRest()
    {
        int id = 42;
        AssertKey("orders:42", s_orders.Key($"{id}"));
        AssertKey("orders:42", s_orders.Key("42"));
        AssertKey("orders:42", s_orders.Key("42"u8));
        AssertKey("orders:42", s_orders.Key("42".AsSpan()));
        AssertKey("orders:" + new string('x', 1_000), s_orders.Key(new string('x', 1_000)));
        AssertKey("orders:" + new string('x', 4_089), s_orders.Key(new string('x', 4_089)));
    }

    [Fact]
    public void Key_OfNothingOrTooMuch_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Length(s_orders.Key("")));
        Assert.Throws<ArgumentException>(() => Length(s_orders.Key("\ud800")));
        Assert.Throws<ArgumentException>(() => Length(s_orders.Key(new string('x', 4_090))));
    }

    /// <summary>No key belongs to two namespaces: what they begin with is never the beginning of another.</summary>
    [Fact]
    public void Prefix_OfRandomNames_IsNeverABeginningOfAnother()
    {
        var random = new Random(9);
        string[] names = [.. Enumerable.Range(0, 500).Select(_ => new string(random.GetItems<char>("ab.-_9Z", random.Next(1, 5)))).Distinct()];
        foreach (string one in names)
        {
            foreach (string other in names)
                Assert.Equal(one == other, new CacheNamespace(one).Prefix.StartsWith(new CacheNamespace(other).Prefix));
        }
    }

    [Fact]
    public void Key_OfUsualLength_AllocatesNothing()
    {
        Assert.True(Allocation.OfCalls(static () => Length(s_orders.Key($"{Environment.ProcessorCount}:{Guid.Empty}")) > 40, out long bytes));
        Assert.Equal(0, bytes);
    }

    private static int Length(scoped in CacheKey key)
    {
        using KeyLease lease = key.Lease();
        return lease.Bytes.Length;
    }

    private static void AssertKey(string expected, scoped in CacheKey key)
    {
        using KeyLease lease = key.Lease();
        Assert.Equal(expected, Encoding.UTF8.GetString(lease.Bytes));
    }
}
