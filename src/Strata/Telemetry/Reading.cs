namespace Strata.Telemetry;

/// <summary>A number that an instrument reports.</summary>
internal readonly record struct Reading(long Value, CacheTags Tags);
