namespace Strata.Engine.Memory;

/// <summary>What is pinned in one region.</summary>
/// <param name="Count">Leases.</param>
/// <param name="Pages">Pages that leases, and reads under way, have pinned; each once.</param>
/// <param name="OldestStartMs">When the oldest lease began; <see cref="long.MaxValue"/> when there is none.</param>
internal readonly record struct LeaseGauge(int Count, long Pages, long OldestStartMs);
