using Strata.TestKit;
using Strata.TestKit.Tiers;

namespace Strata.Tests.Tiers;

/// <summary>The tier that other tests rely on keeps the contract itself while it is told nothing.</summary>
public sealed class FaultyTierTests : TierConformance<FaultyTier>
{
    protected override bool IsShared => false;

    protected override bool TellsEntriesApart => false;

    protected override ValueTask<FaultyTier> CreateAsync(ManualTimeProvider time) => new(new FaultyTier(time));
}
