using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Caching.Memory;
using Strata.Entries;
using Strata.Lab.Measure;

namespace Strata.Lab.Verbs;

/// <summary>What happens when many callers miss the same key at once?</summary>
internal sealed class StampedeVerb() : Verb("stampede", """
    How many loads do many callers of missing keys cause, and how long does a load that hangs hold others up?

    Callers come from eight threads, through GetOrAddAsync (MemoryCache: GetOrCreateAsync, which has no single flight). Each load waits until every caller has called; then each caller must get its key's value.
    The hung load never ends and ignores its token; its policy has a hard deadline of 100 ms. While it hangs, other callers, with factories that answer at once, ask for its key, one after another every 5 ms
    from its start to 400 ms later, on 20 keys.

    loads_per_key    factories called, by key
    longest_wait_ms  hung: the longest that one of those other callers waited for a value or a TimeoutException; real time, the machine's delays included
    timed_out        hung: other callers that got a TimeoutException, since they had joined the hung load
    recovered        hung: other callers that got a value

    Default and only table: 10,000 callers of one key, 100 callers of each of 1,000 keys, and the hung load. --entries, --seconds and --all change nothing here.
    """)
{
    private const int ThreadCount = 8;
    private const int HungKeys = 20;
    private const int AskEveryMs = 5;
    private const int AskForMs = 400;

    private static readonly EntryPolicy s_hungPolicy = new() { HardDeadline = TimeSpan.FromMilliseconds(100) };

    protected override int Run(Request request, ParseResult parsed, IReport report)
    {
        foreach ((int keys, int callers) in ((int, int)[])[(1, 10_000), (1000, 100)])
        {
            Say($"{Name}: {keys:N0} keys, {callers:N0} callers of each");
            using TieredCache cache = new(new() { CapacityBytes = 16 << 20 });
            Add(report, "strata", keys, callers, (key, load) => cache.GetOrAddAsync(key, load, static (load, _) => load()).AsTask());
            using MemoryCache memoryCache = new(new MemoryCacheOptions());
            Add(report, "memorycache", keys, callers, (key, load) => memoryCache.GetOrCreateAsync(key, _ => load().AsTask()));
        }

        Say($"{Name}: a hung load");
        Hang(report);
        return 0;
    }

    private void Add(IReport report, string subject, int keys, int callers, Func<string, Func<ValueTask<int>>, Task<int>> call)
    {
        int loads = 0;
        TaskCompletionSource everyoneHasCalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<int>[] calls = new Task<int>[keys * callers];
        Parallel.For(0, calls.Length, new ParallelOptions { MaxDegreeOfParallelism = ThreadCount }, i => calls[i] = call($"key:{i % keys}", async () =>
        {
            Interlocked.Increment(ref loads);
            await everyoneHasCalled.Task;
            return i % keys;
        }));
        everyoneHasCalled.SetResult();
        int[] values = Task.WhenAll(calls).GetAwaiter().GetResult();
        if (values.Where((value, i) => value != i % keys).Any())
            throw new InvalidOperationException($"{subject}: a caller got the value of another key.");
        Case where = new Case(subject).With("keys", keys).With("callers_per_key", callers);
        report.Add(new(Name, where, "loads_per_key", (double)loads / keys, ""));
    }

    private void Hang(IReport report)
    {
        using TieredCache cache = new(new() { CapacityBytes = 16 << 20 });
        // Everything is compiled before the clock matters.
        cache.GetOrAddAsync("warm", 1, static (value, _) => new ValueTask<int>(value), s_hungPolicy).AsTask().Wait();
        Waits[] waits = Task.WhenAll(Enumerable.Range(0, HungKeys).Select(key => Task.Run(() => AskBesideHungAsync(cache, $"hung:{key}")))).GetAwaiter().GetResult();
        Case where = new Case("strata").With("keys", HungKeys).With("load", "hung");
        report.Add(new(Name, where, "longest_wait_ms", waits.Max(wait => wait.LongestMs), "ms"));
        report.Add(new(Name, where, "timed_out", waits.Sum(wait => wait.TimedOut), ""));
        report.Add(new(Name, where, "recovered", waits.Sum(wait => wait.Recovered), ""));
    }

    private static async Task<Waits> AskBesideHungAsync(TieredCache cache, string key)
    {
        long start = Stopwatch.GetTimestamp();
        Task<int> hung = cache.GetOrAddAsync(key, 0, static (_, _) => new ValueTask<int>(new TaskCompletionSource<int>().Task), s_hungPolicy).AsTask();
        List<Task<(double Ms, bool IsValue)>> others = [];
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < AskForMs)
        {
            others.Add(AskAsync(cache, key));
            await Task.Delay(AskEveryMs);
        }

        (double Ms, bool IsValue)[] answers = await Task.WhenAll(others);
        await hung.ContinueWith(static task => task.Exception?.InnerException is TimeoutException ? true : throw new InvalidOperationException("The hung load ended."), TaskScheduler.Default);
        return new(answers.Max(answer => answer.Ms), answers.Count(answer => !answer.IsValue), answers.Count(answer => answer.IsValue));
    }

    private static async Task<(double Ms, bool IsValue)> AskAsync(TieredCache cache, string key)
    {
        long start = Stopwatch.GetTimestamp();
        bool isValue = true;
        try
        {
            await cache.GetOrAddAsync(key, 7, static (value, _) => new ValueTask<int>(value), s_hungPolicy);
        }
        catch (TimeoutException)
        {
            isValue = false;
        }

        return (Stopwatch.GetElapsedTime(start).TotalMilliseconds, isValue);
    }

    private readonly record struct Waits(double LongestMs, int TimedOut, int Recovered);
}
