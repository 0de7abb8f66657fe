namespace Strata.Engine.Stress.Linear;

/// <summary>
/// What one key of a cache may do, one operation after another. The state is the number of the key's value, 0 when there is none. In a cache that
/// evicts or expires, an entry may vanish at any moment, and there may be no room; but what has vanished does not come back.
/// </summary>
internal static class KeyModel
{
    public const long Absent = 0;

    /// <summary>Whether the operation may answer as it did; if so, the state is the one after it.</summary>
    public static bool TryApply(in KeyOperation operation, bool mayVanish, ref long state)
    {
        if (operation.Outcome == OperationOutcome.NoSpace && !mayVanish)
            return false;
        if (!Fits(in operation, state))
        {
            if (!mayVanish || !Fits(in operation, Absent))
                return false;
            state = Absent;
        }

        state = After(in operation, state);
        return true;
    }

    private static bool Fits(in KeyOperation operation, long state) => operation.Outcome switch
    {
        OperationOutcome.Absent => state == Absent,
        OperationOutcome.Present => state != Absent,
        OperationOutcome.Mismatch => state != Absent && state != operation.Expected,
        // Done, or done but for the lack of room.
        _ => operation.Kind switch
        {
            OperationKind.Get => state == operation.Value,
            OperationKind.Add => state == Absent,
            OperationKind.CompareExchange => state == operation.Expected,
            OperationKind.Remove or OperationKind.Touch => state != Absent,
            _ => true,
        },
    };

    private static long After(in KeyOperation operation, long state) => (operation.Kind, operation.Outcome) switch
    {
        (OperationKind.Set or OperationKind.Add or OperationKind.CompareExchange, OperationOutcome.Done) => operation.Value,
        (OperationKind.Remove, OperationOutcome.Done) => Absent,
        // What was there must not be taken for the value that found no room.
        (OperationKind.Set or OperationKind.CompareExchange, OperationOutcome.NoSpace) => Absent,
        _ => state,
    };
}
