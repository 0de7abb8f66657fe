using System.Reflection;
using StackExchange.Redis;
using Xunit;

namespace Strata.Redis.Tests.Clients;

/// <summary>An application may bring a newer client than the one this was built with: each type and member used is there, too, with the same signature.</summary>
public sealed class NewerClientTests
{
    private static readonly string s_ours = typeof(RedisTier).Assembly.Location;

    [Theory]
    [InlineData("2.13.23")]
    [InlineData("3.4.35")]
    public void References_OfTheTier_AreFoundInNewerClients(string version)
    {
        HashSet<ClientMember> used = ClientAssembly.ReferencesOf(s_ours);
        Assert.Contains(used, member => member.Name == nameof(IDatabaseAsync.ScriptEvaluateAsync));
        Assert.Empty(used.Except(ClientAssembly.MembersOf(PathOf(version))));
    }

    [Theory]
    [InlineData("2.13.23")]
    [InlineData("3.4.35")]
    public void Numbers_ThatWereCompiledIn_AreTheSameInNewerClients(string version)
    {
        string path = PathOf(version);
        Assert.Equal((int)CommandFlags.None, ClientAssembly.NumberOf(path, nameof(CommandFlags), nameof(CommandFlags.None)));
        Assert.Equal((int)CommandFlags.DemandMaster, ClientAssembly.NumberOf(path, nameof(CommandFlags), nameof(CommandFlags.DemandMaster)));
        Assert.Equal((int)ServerType.Cluster, ClientAssembly.NumberOf(path, nameof(ServerType), nameof(ServerType.Cluster)));
        Assert.Equal(
            (int)ConnectionFailureType.AuthenticationFailure,
            ClientAssembly.NumberOf(path, nameof(ConnectionFailureType), nameof(ConnectionFailureType.AuthenticationFailure)));
    }

    [Fact]
    public void References_MadeUp_AreNotFound()
    {
        HashSet<ClientMember> used = ClientAssembly.ReferencesOf(s_ours);
        HashSet<ClientMember> there = ClientAssembly.MembersOf(PathOf("3.4.35"));
        ClientMember real = used.First(member => member.Name == nameof(IDatabaseAsync.ScriptEvaluateAsync));
        ClientMember[] wrong = [real with { Name = "ScriptEvaluateSoon" }, real with { Signature = real.Signature + "!" }, real with { Type = "StackExchange.Redis.INothing" }];
        used.UnionWith(wrong);
        Assert.Equal(wrong.ToHashSet(), used.Except(there).ToHashSet());
    }

    private static string PathOf(string version)
    {
        string packages = typeof(NewerClientTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(pair => pair.Key == "PackageRoot").Value!;
        return Path.Combine(packages, "stackexchange.redis", version, "lib", "net10.0", "StackExchange.Redis.dll");
    }
}
