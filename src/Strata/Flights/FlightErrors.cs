namespace Strata.Flights;

/// <summary>What is said of loads that did not end well. Lengths only: keys may hold what must not reach a log.</summary>
internal static class FlightErrors
{
    public static TimeoutException TimedOut(int keyBytes, TimeSpan deadline) =>
        new($"The load of a key of {keyBytes} bytes took longer than its hard deadline of {deadline}; it was cancelled, and its key is free again.");
}
