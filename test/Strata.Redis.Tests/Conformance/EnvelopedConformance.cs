using Strata.Payloads.Envelopes;
using Strata.Redis.Tests.Servers;
using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;

namespace Strata.Redis.Tests.Conformance;

/// <summary>One server, and envelopes around the values.</summary>
public sealed class EnvelopedConformance(OneServer server) : TierConformance<EnvelopedTier>
{
    private readonly string _prefix = OneServer.NewPrefix();

    protected override bool IsSynchronous => false;

    protected override TimeSpan Life => TimeSpan.FromMinutes(10);

    protected override TimeProvider Clock => TimeProvider.System;

    protected override async ValueTask PassAsync(TimeSpan time) => await ServerTime.PassAsync(server.Multiplexer, _prefix, time);

    protected override async ValueTask<EnvelopedTier> CreateAsync(ManualTimeProvider time) => new(await server.TierAsync(_prefix), new EnvelopeOptions());
}
