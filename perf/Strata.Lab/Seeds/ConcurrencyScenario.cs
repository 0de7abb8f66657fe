namespace Strata.Lab.Seeds;

/// <summary>As many calls under way at once as are promised, on a tenth as many missing keys; all are waiting before the first load ends.</summary>
internal sealed class ConcurrencyScenario : ISeedScenario
{
    private const int CallCount = 100_000;
    private const int KeyCount = CallCount / 10;

    public string Title => "a hundred thousand calls at once";

    public IEnumerable<SeedFigure> Measure(int seed)
    {
        using TieredCache cache = new(new() { CapacityBytes = 64 << 20 });
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int>[] calls = [.. Enumerable.Range(0, CallCount).Select(i => cache.GetOrAddAsync($"call:{i % KeyCount}", (gate, i), static async (state, _) =>
        {
            await state.gate.Task;
            return state.i % KeyCount;
        }).AsTask())];
        int underWay = calls.Count(static call => !call.IsCompleted);
        gate.SetResult();
        int[] values = Task.WhenAll(calls).GetAwaiter().GetResult();
        for (int i = 0; i < CallCount; i++)
        {
            if (values[i] != i % KeyCount)
                throw new InvalidOperationException($"Call {i} got another key's value.");
        }

        if (cache.GetStatistics().Loads != KeyCount)
            throw new InvalidOperationException($"{cache.GetStatistics().Loads} loads of {KeyCount} keys.");
        return [SeedFigure.AtLeast("concurrent_calls", "A14", CallCount, underWay, "calls")];
    }
}
