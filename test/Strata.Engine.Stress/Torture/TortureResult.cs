namespace Strata.Engine.Stress.Torture;

/// <summary>What came of the life of one store; the statistics are of the last moment before it was disposed of.</summary>
internal sealed record TortureResult(IReadOnlyList<string> Violations, TortureTally Tally, StoreStatistics Statistics);
