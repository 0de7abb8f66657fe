using Strata.TestKit;
using Strata.TestKit.Tiers;
using Strata.Tiers;

namespace Strata.Tests.Tiers;

public sealed class NullTierTests : TierConformance<NullTier>
{
    protected override bool Keeps => false;

    protected override ValueTask<NullTier> CreateAsync(ManualTimeProvider time) => new(NullTier.Instance);
}
