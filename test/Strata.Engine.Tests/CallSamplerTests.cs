using Xunit;

namespace Strata.Engine.Tests;

public sealed class CallSamplerTests
{
    private const int Calls = 1_000_000;

    [Theory]
    [InlineData(2)]
    [InlineData(1024)]
    public void Picks_OnOneThread_OnceInSoManyCalls(int mean)
    {
        var sampler = new CallSampler(mean);
        int picks = 0;
        int since = 0;
        for (int i = 0; i < Calls; i++)
        {
            since++;
            if (!sampler.Picks())
                continue;

            // The first call of a thread, and the first of a page of its stack, are picked at once.
            if (picks++ > 1)
                Assert.InRange(since, mean / 2, mean + (mean / 2));
            since = 0;
        }

        Assert.InRange(picks, Calls / mean * 9 / 10, Calls / mean * 11 / 10);
    }

    [Fact]
    public async Task Picks_OnManyThreads_EachCountsByItself()
    {
        var sampler = new CallSampler(1024);
        Task<int>[] threads = [.. Enumerable.Range(0, 100).Select(_ => Task.Factory.StartNew(() => Count(sampler, 20_480), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Assert.All(await Task.WhenAll(threads), static picks => Assert.InRange(picks, 20_480 / 1536, (20_480 / 512) + 2));
    }

    [Fact]
    public void Picks_OnAnyCall_AllocatesNothing()
    {
        var sampler = new CallSampler(2);
        Count(sampler, 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Count(sampler, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Construct_WithLessThanTwo_SaysWhy() => Assert.Contains("1", Assert.Throws<ArgumentOutOfRangeException>(static () => new CallSampler(1)).Message, StringComparison.Ordinal);

    private static int Count(CallSampler sampler, int calls)
    {
        int picks = 0;
        for (int i = 0; i < calls; i++)
            picks += sampler.Picks() ? 1 : 0;
        return picks;
    }
}
