namespace Strata.Telemetry;

/// <summary>The tags of a measurement. What is <c>null</c> is no tag. None holds a key, or anything else that a caller chooses per call.</summary>
internal readonly record struct CacheTags(string Cache)
{
    public string? RequestType { get; init; }

    public string? Tier { get; init; }

    public string? Operation { get; init; }

    public string? Outcome { get; init; }

    public string? Kind { get; init; }

    public KeyValuePair<string, object?>[] ToArray()
    {
        KeyValuePair<string, object?>[] all =
        [
            new(TelemetryNames.CacheName, Cache),
            new(TelemetryNames.RequestType, RequestType),
            new(TelemetryNames.Tier, Tier),
            new(TelemetryNames.Operation, Operation),
            new(TelemetryNames.Outcome, Outcome),
            new(TelemetryNames.Kind, Kind),
        ];
        return [.. all.Where(tag => tag.Value is not null)];
    }
}
