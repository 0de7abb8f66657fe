namespace Strata.Engine.Removals;

/// <summary>
/// Is told what left a <see cref="ByteStore"/>, after it left: once for each entry that was written and is there no longer, in order for each key.
/// </summary>
/// <remarks>
/// Called on a thread of the pool, at the end on that of <see cref="ByteStore.Dispose"/>, and without background work on that of <see cref="ByteStore.Maintain"/>; outside all locks, one call at a time; it may use the store, and even dispose it. While it works, what leaves waits in a
/// bounded queue; what finds that full is counted (<see cref="StoreStatistics.RemovalsDropped"/>) and not told. What it throws is counted and goes no further.
/// </remarks>
/// <param name="entry">What left. Its spans are valid during the call only.</param>
public delegate void RemovalListener(in RemovedEntry entry);
