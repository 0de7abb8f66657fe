namespace Strata.Engine.Stress.Linear;

/// <summary>
/// Decides whether the operations on one key can be put in an order that keeps to time and to <see cref="KeyModel"/>: the search of Wing and Gong
/// ("Testing and verifying concurrent objects", 1993), which takes one operation after another that is under way and goes back where none fits, and
/// never goes on twice from the same set of operations and the same state (Lowe, "Testing for linearizability", 2017).
/// </summary>
/// <remarks>A store is judged key by key: an order for all of them together exists exactly when each key has one (Herlihy and Wing, 1990).</remarks>
internal sealed class LinearChecker
{
    private const int End = 0;

    private readonly KeyOperation[] _operations;
    private readonly bool _mayVanish;

    // The beginnings and ends of operations in the order of time, as a ring through End: event 2i + 1 begins operation i, event 2i + 2 ends it.
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly Stack<(int Operation, long Before)> _order = [];
    private readonly HashSet<Visited> _visited = [];
    private int[] _longest = [];

    private LinearChecker(IEnumerable<KeyOperation> history, bool mayVanish)
    {
        _operations = [.. history.OrderBy(operation => operation.Start)];
        _mayVanish = mayVanish;
        _next = new int[2 * _operations.Length + 1];
        _previous = new int[_next.Length];
        int last = End;
        foreach (int current in Enumerable.Range(1, 2 * _operations.Length).OrderBy(MomentOf))
        {
            (_next[last], _previous[current]) = (current, last);
            last = current;
        }

        _previous[End] = last;
    }

    /// <summary>Judges the history of a key that was absent before. Returns null when there is an order, else what is wrong.</summary>
    /// <param name="history">The operations; all have ended.</param>
    /// <param name="mayVanish">Whether an entry may be lost at any moment.</param>
    public static string? Judge(IEnumerable<KeyOperation> history, bool mayVanish)
    {
        var checker = new LinearChecker(history, mayVanish);
        return checker.HasOrder() ? null : checker.Describe();
    }

    private bool HasOrder()
    {
        var done = new ulong[(_operations.Length + 63) / 64];
        long state = KeyModel.Absent;
        for (int current = _next[End]; current != End;)
        {
            int operation = OperationOf(current);
            if (IsEnd(current))
            {
                // This operation has ended and is not in the order: another one before it has to change.
                if (!_order.TryPop(out (int Operation, long Before) undone))
                    return false;
                state = undone.Before;
                done[undone.Operation / 64] ^= 1UL << undone.Operation;
                PutBack(undone.Operation);
                current = _next[BeginOf(undone.Operation)];
                continue;
            }

            long after = state;
            if (KeyModel.TryApply(in _operations[operation], _mayVanish, ref after) && IsNew(done, operation, after))
            {
                _order.Push((operation, state));
                state = after;
                TakeOut(operation);
                current = _next[End];
                if (_order.Count > _longest.Length)
                    _longest = [.. _order.Select(step => step.Operation).Reverse()];
            }
            else
            {
                current = _next[current];
            }
        }

        return true;
    }

    // Marks the operation as done when this set with this state is met for the first time.
    private bool IsNew(ulong[] done, int operation, long state)
    {
        done[operation / 64] ^= 1UL << operation;
        if (_visited.Add(new Visited([.. done], state)))
            return true;
        done[operation / 64] ^= 1UL << operation;
        return false;
    }

    private void TakeOut(int operation)
    {
        foreach (int gone in (int[])[BeginOf(operation), EndOf(operation)])
            (_next[_previous[gone]], _previous[_next[gone]]) = (_next[gone], _previous[gone]);
    }

    // In the opposite order, so that each finds its neighbours as it left them.
    private void PutBack(int operation)
    {
        foreach (int back in (int[])[EndOf(operation), BeginOf(operation)])
            (_next[_previous[back]], _previous[_next[back]]) = (back, back);
    }

    private string Describe()
    {
        const int Shown = 12;
        IEnumerable<int> rest = Enumerable.Range(0, _operations.Length).Except(_longest);
        return $"no order of {_operations.Length} operations fits; the longest goes as far as\n"
            + Lines(_longest.TakeLast(Shown)) + "and none of these can follow:\n" + Lines(rest.Take(Shown));

        string Lines(IEnumerable<int> shown) => string.Concat(shown.Select(operation => $"      {_operations[operation]}\n"));
    }

    private long MomentOf(int current) => IsEnd(current) ? _operations[OperationOf(current)].End : _operations[OperationOf(current)].Start;

    private static bool IsEnd(int current) => current % 2 == 0;

    private static int OperationOf(int current) => (current - 1) / 2;

    private static int BeginOf(int operation) => 2 * operation + 1;

    private static int EndOf(int operation) => 2 * operation + 2;

    private readonly struct Visited(ulong[] done, long state) : IEquatable<Visited>
    {
        private readonly ulong[] _done = done;
        private readonly long _state = state;

        public bool Equals(Visited other) => _state == other._state && _done.AsSpan().SequenceEqual(other._done);

        public override bool Equals(object? other) => other is Visited visited && Equals(visited);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.Add(_state);
            foreach (ulong word in _done)
                hash.Add(word);
            return hash.ToHashCode();
        }
    }
}
