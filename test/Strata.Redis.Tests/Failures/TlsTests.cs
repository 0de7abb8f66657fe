using System.Net.Security;
using StackExchange.Redis;
using Strata.TestKit.Servers;
using Strata.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Failures;

/// <summary>A real server that speaks TLS.</summary>
public sealed class TlsTests : IAsyncLifetime
{
    private const string Host = "redis.test";

    private readonly TestCertificate _certificate = new(Host);
    private readonly int _port = RedisServer.FreePort();
    private RedisServer _server = null!;

    private string Address => $"127.0.0.1:{_port}";

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync(_certificate.ServerArguments(_port));

    [Fact]
    public async Task Tier_OverTls_WithACertificateThatIsTrusted_Works()
    {
        var configuration = ConfigurationOptions.Parse($"{Address},ssl=true,sslHost={Host}");
        // It has signed itself; a name that is not its own would be another error.
        configuration.CertificateValidation += (_, shown, _, errors) =>
            errors == SslPolicyErrors.RemoteCertificateChainErrors && shown?.GetCertHashString() == _certificate.Certificate.GetCertHashString();
        using ConnectionMultiplexer multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
        await using RedisTier tier = await RedisTier.ConnectAsync(new RedisTierOptions { Multiplexer = multiplexer });
        Assert.Equal(TierWriteStatus.Done, await tier.WriteAsync("k", "v"));
        Assert.Equal("v", await tier.ReadAsync("k"));
        Assert.Equal("v", await _server.CommandAsync("HGET", "strata/k", "d"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",abortConnect=false")]
    public async Task Connect_ToACertificateThatNobodyTrusts_SaysSo(string rest)
    {
        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(
            () => RedisTier.ConnectAsync(new RedisTierOptions { Configuration = $"{Address},ssl=true,sslHost={Host},connectTimeout=500{rest}" }));
        Assert.Contains(nameof(RedisTierOptions.Configuration), exception.Message, StringComparison.Ordinal);
        Assert.Contains("certificate", exception.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(SslPolicyErrors.RemoteCertificateChainErrors), exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(SslPolicyErrors.RemoteCertificateNameMismatch), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_ToACertificateOfAnotherHost_SaysSo()
    {
        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(
            () => RedisTier.ConnectAsync(new RedisTierOptions { Configuration = $"{Address},ssl=true,sslHost=other.test,connectTimeout=500" }));
        Assert.Contains(nameof(SslPolicyErrors.RemoteCertificateNameMismatch), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OverTls_ToAServerThatSpeaksNone_SaysSo()
    {
        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(
            () => RedisTier.ConnectAsync(new RedisTierOptions { Configuration = $"{_server.Address},ssl=true,sslHost={Host},connectTimeout=500" }));
        Assert.Contains("TLS", exception.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
    }
}
