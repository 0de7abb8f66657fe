namespace Strata.Entries;

/// <summary>What a load replaces, for a time to live that adapts.</summary>
/// <param name="Payload">The former value.</param>
/// <param name="LifeMs">How long it was to be fresh.</param>
/// <param name="AgeMs">How long before this load it was written.</param>
internal sealed record FormerValue(byte[] Payload, long LifeMs, long AgeMs);
