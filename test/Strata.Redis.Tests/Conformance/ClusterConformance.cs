using Strata.Redis.Tests.Servers;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Xunit;

namespace Strata.Redis.Tests.Conformance;

/// <summary>A cluster of three masters and their replicas.</summary>
public sealed class ClusterConformance(OneCluster cluster) : TierConformance<RedisTier>, IClassFixture<OneCluster>
{
    private readonly string _prefix = OneServer.NewPrefix();

    protected override bool IsSynchronous => false;

    protected override TimeSpan Life => TimeSpan.FromMinutes(10);

    protected override TimeProvider Clock => TimeProvider.System;

    protected override async ValueTask PassAsync(TimeSpan time) => await ServerTime.PassAsync(cluster.Multiplexer, _prefix, time);

    protected override async ValueTask<RedisTier> CreateAsync(ManualTimeProvider time) =>
        await RedisTier.ConnectAsync(new RedisTierOptions { Multiplexer = cluster.Multiplexer, KeyPrefix = _prefix });
}
