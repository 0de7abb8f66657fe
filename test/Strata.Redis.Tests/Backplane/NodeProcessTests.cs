using Strata.Redis.Tests.Servers;
using Xunit;

namespace Strata.Redis.Tests.Backplane;

/// <summary>One load a key in the cluster, whatever happens to the process that has it.</summary>
public sealed class NodeProcessTests(OneServer one)
{
    [Fact]
    public async Task GetOrAdd_InTwoProcessesAtOnce_LoadsEachKeyOnce()
    {
        string prefix = OneServer.NewPrefix();
        TimeSpan lease = TimeSpan.FromMinutes(1), load = TimeSpan.FromMilliseconds(200);
        using NodeProcess a = NodeProcess.Start(one.Server.Address, prefix, "a", lease, load), b = NodeProcess.Start(one.Server.Address, prefix, "b", lease, load);
        NodeProcess[] nodes = [a, b];
        foreach (NodeProcess node in nodes)
            await node.AskAsync("begin");
        foreach (NodeProcess node in nodes)
            await node.UntilAsync("value begin ");
        string[] keys = [.. Enumerable.Range(0, 20).Select(key => $"key:{key}")];
        foreach (string key in keys)
        {
            foreach (NodeProcess node in nodes)
                await node.AskAsync(key);
        }

        foreach (string key in keys)
        {
            string[] told = await Task.WhenAll(nodes.Select(node => node.UntilAsync($"value {key} ")));
            Assert.Equal(told[0], told[1]);
            Assert.Single(nodes.SelectMany(node => node.Lines), line => line == $"loading {key}");
        }
    }

    [Fact]
    public async Task GetOrAdd_WhoseHolderIsKilledDuringItsLoad_IsLoadedByAnotherWhenTheLeaseEnds()
    {
        string prefix = OneServer.NewPrefix();
        TimeSpan lease = TimeSpan.FromSeconds(2);
        using NodeProcess a = NodeProcess.Start(one.Server.Address, prefix, "a", lease, TimeSpan.FromHours(1)), b = NodeProcess.Start(one.Server.Address, prefix, "b", lease, TimeSpan.Zero);
        await b.AskAsync("begin");
        await b.UntilAsync("value begin b");
        await a.AskAsync("key");
        await a.UntilAsync("loading key");
        await a.KillAsync();
        await b.AskAsync("key");
        await b.UntilAsync("value key b");
        Assert.Contains("loading key", b.Lines);
    }
}
