namespace Strata.Lab.Operations;

/// <summary>A struct without references, as a shop would cache it.</summary>
internal readonly record struct Price(long Cents, int Stock);
