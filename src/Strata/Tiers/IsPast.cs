using Strata.Engine;

namespace Strata.Tiers;

/// <summary>Finds an entry that is past its soft time: not one that was written meanwhile.</summary>
internal readonly struct IsPast : IEntryTest
{
    public bool Matches(in EntryView entry) => entry.Info.SoftExpiresInMs <= 0;
}
