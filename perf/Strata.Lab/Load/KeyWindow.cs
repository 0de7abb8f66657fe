namespace Strata.Lab.Load;

/// <summary>Some keys of a set, one behind the other.</summary>
internal readonly record struct KeyWindow(KeySet Keys, int First, int Count);
