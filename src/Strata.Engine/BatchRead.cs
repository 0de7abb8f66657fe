namespace Strata.Engine;

/// <summary>What became of one key of a <see cref="ByteStore.TryGetMany"/>.</summary>
/// <param name="Outcome">Whether the value was found, fresh or stale, was absent or marked, or did not fit what was left of the destination.</param>
/// <param name="Start">Where the value begins in the destination; 0 unless it was found.</param>
/// <param name="ValueBytes">The length of the value, also when it was not delivered; 0 on a miss.</param>
public readonly record struct BatchRead(ReadOutcome Outcome, int Start, int ValueBytes);
