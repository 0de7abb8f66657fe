using StackExchange.Redis;
using Strata.Redis.Tests.Servers;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Failures;

/// <summary>Settings that cannot work say which they are, and never what the password is.</summary>
public sealed class ConfigurationTests(OneServer shared)
{
    private const string Secret = "Tr0ub4dor";

    [Theory]
    [InlineData("redis://user:Tr0ub4dor@localhost:6379")]
    [InlineData("localhost:6379,connectTimeout=Tr0ub4dor")]
    [InlineData("password=Tr0ub4dor")]
    [InlineData("")]
    public async Task Connect_WithAConfigurationThatCannotBeRead_NamesTheOption(string configuration)
    {
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => RedisTier.ConnectAsync(new RedisTierOptions { Configuration = configuration }));
        Assert.Contains(nameof(RedisTierOptions.Configuration), exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=Tr0ub4dor")]
    [InlineData(",password=Tr0ub4dor,abortConnect=false")]
    public async Task Connect_WithAWrongOrNoPassword_NamesTheOption(string rest)
    {
        await using RedisServer server = await RedisServer.StartAsync("right", []);
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => RedisTier.ConnectAsync(new RedisTierOptions { Configuration = server.Address + rest }));
        Assert.Contains(nameof(RedisTierOptions.Configuration), exception.Message, StringComparison.Ordinal);
        Assert.Contains("password", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WithTheRightPassword_Works()
    {
        await using RedisServer server = await RedisServer.StartAsync("right", []);
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = server.Address + ",password=right" });
        Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "v"));
    }

    [Fact]
    public async Task Connect_ToNobody_NamesTheOptionOrBeginsWithout()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await server.KillAsync();
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => RedisTier.ConnectAsync(
            new RedisTierOptions { Configuration = $"{server.Address},password={Secret},connectTimeout=200" }));
        Assert.Contains(nameof(RedisTierOptions.Configuration), exception.Message, StringComparison.Ordinal);
        Assert.Contains("abortConnect=false", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, exception.ToString(), StringComparison.Ordinal);

        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = $"{server.Address},connectTimeout=200,abortConnect=false" });
        Assert.Equal(TierWriteStatus.Faulted, await tier.WriteAsync("k", "v"));
        await server.RestartAsync();
        await RedisServer.WaitAsync(async () => await tier.WriteAsync("k", "v") == TierWriteStatus.Done, "the server");
        Assert.Equal("v", await tier.ReadAsync("k"));
    }

    [Fact]
    public async Task Connect_WithOptionsOutsideTheirBounds_NamesThem()
    {
        var good = new RedisTierOptions { Multiplexer = shared.Multiplexer };
        await AssertRefusedAsync(new RedisTierOptions(), "Configuration");
        await AssertRefusedAsync(new RedisTierOptions { Multiplexer = shared.Multiplexer, Configuration = "localhost" }, "Multiplexer");
        await AssertRefusedAsync(new RedisTierOptions { Multiplexer = shared.Multiplexer, SentinelService = "x" }, "SentinelService");
        await AssertRefusedAsync(new RedisTierOptions { Configuration = "localhost", SentinelService = "" }, "SentinelService");
        foreach (string prefix in (string[])["", "a/b", "a#b", "a b", "é", new string('p', 129)])
            await AssertRefusedAsync(new RedisTierOptions { Multiplexer = shared.Multiplexer, KeyPrefix = prefix }, "KeyPrefix");
        await AssertRefusedAsync(new RedisTierOptions { Multiplexer = shared.Multiplexer, Database = -2 }, "Database");
        await AssertRefusedAsync(new RedisTierOptions { Multiplexer = shared.Multiplexer, TombstoneLife = TimeSpan.FromMilliseconds(999) }, "TombstoneLife");
        await AssertRefusedAsync(new RedisTierOptions { Multiplexer = shared.Multiplexer, OperationTimeout = TimeSpan.Zero }, "OperationTimeout");
        await AssertRefusedAsync(new RedisTierOptions { Multiplexer = shared.Multiplexer, DefaultTtl = TimeSpan.Zero }, "DefaultTtl");
        await AssertRefusedAsync(new RedisTierOptions { Multiplexer = shared.Multiplexer, MaxValueBytes = 0 }, "MaxValueBytes");
        Assert.Equal("redis", (await RedisTier.ConnectAsync(good)).Name);
    }

    [Fact]
    public async Task Dispose_EndsItsOwnConnectionAndLeavesTheCallers()
    {
        RedisTier own = await RedisTier.ConnectAsync(new RedisTierOptions { Configuration = shared.Server.Address });
        RedisTier callers = await shared.TierAsync(OneServer.NewPrefix());
        await own.DisposeAsync();
        await own.DisposeAsync();
        await callers.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => own.WriteAsync("k", "v"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => callers.ReadAsync("k"));
        Assert.True(shared.Multiplexer.IsConnected);
        Assert.True(await shared.Database.PingAsync() > TimeSpan.Zero);
    }

    private static async Task AssertRefusedAsync(RedisTierOptions options, string name)
    {
        ArgumentException exception = await Assert.ThrowsAnyAsync<ArgumentException>(() => RedisTier.ConnectAsync(options));
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }
}
