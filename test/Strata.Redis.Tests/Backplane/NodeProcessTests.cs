using Strata.Redis.Tests.Servers;
using Xunit;

namespace Strata.Redis.Tests.Backplane;

/// <summary>What a process held when it was killed.</summary>
public sealed class NodeProcessTests(OneServer one)
{
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
