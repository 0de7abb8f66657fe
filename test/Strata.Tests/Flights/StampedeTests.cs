using Xunit;

namespace Strata.Tests.Flights;

/// <summary>Many callers of missing keys, from several threads.</summary>
public sealed class StampedeTests : CacheFixture
{
    private const int Threads = 8;

    [Theory(Timeout = 60_000)]
    [InlineData(1, 10_000)]
    [InlineData(1000, 100)]
    public async Task GetOrAddAsync_OfManyCallersOfEachMissingKey_LoadsEachKeyOnce(int keys, int callers)
    {
        int[] loads = new int[keys];
        var everyoneHasCalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = new Task<int>[keys * callers];
        await Task.Run(() => Parallel.For(0, calls.Length, new ParallelOptions { MaxDegreeOfParallelism = Threads, CancellationToken = Token }, i =>
        {
            calls[i] = Cache.GetOrAddAsync($"k{i % keys}", (loads, key: i % keys, everyoneHasCalled.Task), static async ValueTask<int> (state, _) =>
            {
                Interlocked.Increment(ref state.loads[state.key]);
                await state.Task;
                return state.key;
            }).AsTask();
        }), Token);
        everyoneHasCalled.SetResult();
        int[] values = await Task.WhenAll(calls);
        Assert.All(loads, count => Assert.Equal(1, count));
        Assert.Equal(Enumerable.Range(0, values.Length).Select(i => i % keys), values);
        Assert.Equal((keys, keys * (callers - 1)), (Cache.GetStatistics().Loads, Cache.GetStatistics().JoinedLoads));
    }
}
