using Strata.Engine.Stress.Linear;

namespace Strata.Engine.Stress.Tests.Linear;

/// <summary>Tries every order that keeps to time, and has the entry vanish, or not, before every operation.</summary>
internal static class ExhaustiveSearch
{
    public static bool HasOrder(IReadOnlyList<KeyOperation> history, bool mayVanish) => HasOrder([.. history], KeyModel.Absent, mayVanish);

    private static bool HasOrder(List<KeyOperation> rest, long state, bool mayVanish)
    {
        if (rest.Count == 0)
            return true;
        long firstEnd = rest.Min(operation => operation.End);
        foreach (KeyOperation next in rest.Where(operation => operation.Start < firstEnd || operation.End == firstEnd).ToArray())
        {
            List<KeyOperation> others = [.. rest.Where(operation => operation != next)];
            foreach (long before in mayVanish ? new[] { state, KeyModel.Absent } : [state])
            {
                long after = before;
                if (KeyModel.TryApply(in next, mayVanish: false, ref after) && HasOrder(others, after, mayVanish))
                    return true;
            }
        }

        return false;
    }
}
