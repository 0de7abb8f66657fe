namespace Strata.Engine.Stress.Linear;

/// <summary>One operation on a key, as its thread saw it: it took effect at one moment from <see cref="Start"/> to <see cref="End"/>.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Value">The number of the value that was found or was to be stored; each value that is written has another, from 1.</param>
/// <param name="Expected">The number of the value whose version a compare-exchange expected.</param>
/// <param name="Outcome">What was answered.</param>
/// <param name="Thread">The number of the thread.</param>
/// <param name="Start">The moment before the call.</param>
/// <param name="End">The moment after it.</param>
internal readonly record struct KeyOperation(OperationKind Kind, long Value, long Expected, OperationOutcome Outcome, int Thread, long Start, long End)
{
    public override string ToString() =>
        $"[{Start},{End}] thread {Thread}: {Kind}{(Value != 0 ? $" {Value}" : "")}{(Expected != 0 ? $" for {Expected}" : "")} -> {Outcome}";
}
