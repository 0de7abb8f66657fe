namespace Strata.Lab.Chaos;

/// <summary>A value that says whose it is, and which.</summary>
internal readonly record struct KeyedVersion(long Key, long Version);
