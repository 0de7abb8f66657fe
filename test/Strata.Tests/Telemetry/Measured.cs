namespace Strata.Tests.Telemetry;

/// <summary>One measurement.</summary>
internal sealed record Measured(string Instrument, bool IsObservable, double Value, Dictionary<string, string> Tags);
