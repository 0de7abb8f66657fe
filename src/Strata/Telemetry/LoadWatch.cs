using System.Diagnostics;

namespace Strata.Telemetry;

/// <summary>A factory under way.</summary>
/// <param name="Start">When it was called.</param>
/// <param name="Activity">Its activity; <c>null</c> when nobody listens.</param>
internal readonly record struct LoadWatch(long Start, Activity? Activity)
{
    /// <summary>Whether it was called at all.</summary>
    public bool IsBegun { get; } = true;
}
