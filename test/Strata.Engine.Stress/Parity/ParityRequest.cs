namespace Strata.Engine.Stress.Parity;

/// <summary>A get that is followed by a set if it misses, or a set.</summary>
internal readonly record struct ParityRequest(long Key, bool IsWrite = false);
