using Strata.Redis.Tests.Servers;
using Strata.TestKit;
using Strata.TestKit.Tiers;

namespace Strata.Redis.Tests.Conformance;

/// <summary>One server.</summary>
public sealed class RedisTierConformance(OneServer server) : TierConformance<RedisTier>
{
    private readonly string _prefix = OneServer.NewPrefix();

    protected override bool IsSynchronous => false;

    protected override TimeSpan Life => TimeSpan.FromMinutes(10);

    protected override TimeProvider Clock => TimeProvider.System;

    protected override async ValueTask PassAsync(TimeSpan time) => await ServerTime.PassAsync(server.Multiplexer, _prefix, time);

    protected override async ValueTask<RedisTier> CreateAsync(ManualTimeProvider time) => await server.TierAsync(_prefix);
}
