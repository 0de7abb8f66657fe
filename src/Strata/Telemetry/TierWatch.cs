using System.Diagnostics;

namespace Strata.Telemetry;

/// <summary>A call to a tier under way.</summary>
/// <param name="Operation">What it was asked.</param>
/// <param name="Start">When; meaningless when nobody listens.</param>
/// <param name="Activity">The call's activity; <c>null</c> when nobody listens.</param>
internal readonly record struct TierWatch(TierOperation Operation, long Start, Activity? Activity);
