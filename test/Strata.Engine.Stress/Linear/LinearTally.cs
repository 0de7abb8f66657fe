namespace Strata.Engine.Stress.Linear;

/// <summary>What was recorded, so that a run in which something never happened can be told from one in which it went well.</summary>
internal sealed class LinearTally
{
    private readonly Dictionary<(OperationKind Kind, OperationOutcome Outcome), long> _counts = [];

    public long Operations => _counts.Values.Sum();

    /// <summary>Operations during which another thread was at work on the same key.</summary>
    public long Overlapping { get; private set; }

    public void Add(IReadOnlyList<KeyOperation> history)
    {
        long latest = 0;
        int thread = -1;
        foreach (KeyOperation operation in history.OrderBy(operation => operation.Start))
        {
            _counts[(operation.Kind, operation.Outcome)] = _counts.GetValueOrDefault((operation.Kind, operation.Outcome)) + 1;
            if (operation.Start < latest && operation.Thread != thread)
                Overlapping++;
            if (operation.End > latest)
                (latest, thread) = (operation.End, operation.Thread);
        }
    }

    public void Add(LinearTally other)
    {
        Overlapping += other.Overlapping;
        foreach (((OperationKind, OperationOutcome) what, long count) in other._counts)
            _counts[what] = _counts.GetValueOrDefault(what) + count;
    }

    /// <summary>The first thing that never happened, or null.</summary>
    public string? FirstNeverSeen() => Overlapping == 0 ? "an operation beside another" : Expected.Where(what => !_counts.ContainsKey(what)).Select(what => $"{what}").FirstOrDefault();

    public override string ToString() => $"{Operations} operations, {Overlapping} beside another";

    private static (OperationKind, OperationOutcome)[] Expected { get; } =
    [
        (OperationKind.Get, OperationOutcome.Done), (OperationKind.Get, OperationOutcome.Absent),
        (OperationKind.Contains, OperationOutcome.Present), (OperationKind.Contains, OperationOutcome.Absent),
        (OperationKind.Set, OperationOutcome.Done),
        (OperationKind.Add, OperationOutcome.Done), (OperationKind.Add, OperationOutcome.Present),
        (OperationKind.Remove, OperationOutcome.Done), (OperationKind.Remove, OperationOutcome.Absent),
        (OperationKind.CompareExchange, OperationOutcome.Done), (OperationKind.CompareExchange, OperationOutcome.Mismatch), (OperationKind.CompareExchange, OperationOutcome.Absent),
        (OperationKind.Touch, OperationOutcome.Present), (OperationKind.Touch, OperationOutcome.Absent),
    ];
}
