namespace Strata.Telemetry;

/// <summary>What one tier behind memory was asked, and how it answered. Exact; any thread may count.</summary>
internal sealed class TierCounters(string cache, string tier)
{
    private readonly long[] _counts = new long[TelemetryNames.OperationCount * TelemetryNames.OutcomeCount];
    private readonly KeyValuePair<string, object?>[]?[] _tags = new KeyValuePair<string, object?>[]?[TelemetryNames.OperationCount * TelemetryNames.OutcomeCount];

    public string Tier => tier;

    public IEnumerable<Reading> Readings =>
        from operation in Enum.GetValues<TierOperation>()
        from outcome in Enum.GetValues<TierOutcome>()
        let count = Volatile.Read(ref _counts[IndexOf(operation, outcome)])
        where count != 0
        select new Reading(count, TagsFor(operation, outcome));

    public void Count(TierOperation operation, TierOutcome outcome) => Interlocked.Increment(ref _counts[IndexOf(operation, outcome)]);

    /// <summary>The tags of a measurement, made at the first.</summary>
    public KeyValuePair<string, object?>[] TagsOf(TierOperation operation, TierOutcome outcome) =>
        Volatile.Read(ref _tags[IndexOf(operation, outcome)]) ?? (_tags[IndexOf(operation, outcome)] = TagsFor(operation, outcome).ToArray());

    private CacheTags TagsFor(TierOperation operation, TierOutcome outcome) =>
        new(cache) { Tier = tier, Operation = TelemetryNames.Of(operation), Outcome = TelemetryNames.Of(outcome) };

    private static int IndexOf(TierOperation operation, TierOutcome outcome) => ((int)operation * TelemetryNames.OutcomeCount) + (int)outcome;
}
