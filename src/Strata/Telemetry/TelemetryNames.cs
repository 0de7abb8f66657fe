using Strata.Guards;

namespace Strata.Telemetry;

/// <summary>The names under which the cache reports: the first two are .NET's own, for every cache.</summary>
internal static class TelemetryNames
{
    public const string CacheName = "dotnet.cache.name";
    public const string RequestType = "dotnet.cache.request.type";

    /// <summary>The meter and the activity source.</summary>
    public const string Source = "Strata";

    public const string LogCategory = "Strata.TieredCache";
    public const string Load = "strata.load";
    public const string Tier = "tier";
    public const string Operation = "operation";
    public const string Outcome = "outcome";
    public const string Kind = "kind";
    public const string Stale = "stale";
    public const string Refresh = "refresh";
    public const string ErrorType = "error.type";
    public const string Memory = "memory";

    private static readonly string[] s_operations = ["get", "set", "remove", "clear", "invalidate", "mark_stale", "get_many", "set_many", "remove_many"];
    private static readonly string[] s_outcomes = ["hit", "miss", "stale", "done", "not_found", "refused", "superseded", "throttled", "fault", "cancelled"];
    private static readonly string[] s_breakerStates = ["closed", "half_open", "open"];
    private static readonly string[] s_activities = [.. s_operations.Select(operation => "strata.tier." + operation)];

    public static int OperationCount => s_operations.Length;

    public static int OutcomeCount => s_outcomes.Length;

    public static string Of(TierOperation operation) => s_operations[(int)operation];

    public static string Of(TierOutcome outcome) => s_outcomes[(int)outcome];

    public static string Of(BreakerState state) => s_breakerStates[(int)state];

    public static string ActivityOf(TierOperation operation) => s_activities[(int)operation];
}
