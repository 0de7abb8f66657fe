using System.Diagnostics;
using Strata.Entries;
using Strata.Redis.Tests.Servers;
using Xunit;

namespace Strata.Redis.Tests;

/// <summary>What others find in the server.</summary>
public sealed class LayoutTests(OneServer server)
{
    [Fact]
    public async Task Set_OfAValue_IsReadByAnotherLanguage()
    {
        string prefix = OneServer.NewPrefix();
        RedisTier tier = await server.TierAsync(prefix);
        await tier.WriteAsync("user:1", "{\"name\":\"Ada\"}", new EntryOptions { Ttl = TimeSpan.FromMinutes(5), Tags = ["red"] });
        var start = new ProcessStartInfo("redis-cli") { RedirectStandardOutput = true };
        foreach (string word in (string[])["-p", server.Server.Address.Split(':')[1], "HGET", $"{prefix}/user:1", "d"])
            start.ArgumentList.Add(word);
        using Process cli = Process.Start(start)!;
        Assert.Equal("{\"name\":\"Ada\"}", (await cli.StandardOutput.ReadToEndAsync()).Trim());
        await cli.WaitForExitAsync();
    }

    [Fact]
    public async Task Set_WithATimeToLive_HasTheServerEndIt()
    {
        string prefix = OneServer.NewPrefix();
        RedisTier tier = await server.TierAsync(prefix);
        await tier.WriteAsync("k", "v", TimeSpan.FromMinutes(5));
        Assert.InRange((await server.Database.KeyTimeToLiveAsync($"{prefix}/k"))!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        var policy = new EntryPolicy { Ttl = TimeSpan.FromMinutes(5), StaleGrace = TimeSpan.FromMinutes(10) };
        await tier.WriteAsync("k", "v", policy);
        Assert.InRange((await server.Database.KeyTimeToLiveAsync($"{prefix}/k"))!.Value, TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        await ServerTime.PassAsync(server.Multiplexer, prefix, TimeSpan.FromMinutes(6));
        Assert.Equal(Strata.Tiers.TierReadStatus.Stale, (await tier.LookAsync("k")).Status);
        await tier.WriteAsync("k", "v");
        Assert.Null(await server.Database.KeyTimeToLiveAsync($"{prefix}/k"));
    }

    [Fact]
    public async Task Set_ForEverAfterARemoval_IsNotEndedWithIt()
    {
        string prefix = OneServer.NewPrefix();
        RedisTier tier = await server.TierAsync(prefix);
        await tier.RemoveAsync("k");
        await tier.WriteAsync("k", "v");
        Assert.Null(await server.Database.KeyTimeToLiveAsync($"{prefix}/k"));
    }

    [Fact]
    public async Task Remove_OfAKey_LeavesAMarkThatTheServerEnds()
    {
        string prefix = OneServer.NewPrefix();
        RedisTier tier = await server.TierAsync(prefix, tombstoneLife: TimeSpan.FromSeconds(30));
        await tier.WriteAsync("k", "v", TimeSpan.FromHours(1));
        await tier.RemoveAsync("k");
        Assert.Equal(["m"], (await server.Database.HashKeysAsync($"{prefix}/k")).Select(name => (string)name!));
        Assert.InRange((await server.Database.KeyTimeToLiveAsync($"{prefix}/k"))!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(31));
    }
}
