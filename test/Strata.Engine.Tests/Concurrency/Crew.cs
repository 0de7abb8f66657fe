using System.Runtime.ExceptionServices;

namespace Strata.Engine.Tests.Concurrency;

/// <summary>Threads that start together; the first failure of any of them is the failure of the test.</summary>
internal static class Crew
{
    public static void Run(int threads, Action<int> work)
    {
        using var start = new Barrier(threads);
        ExceptionDispatchInfo? failure = null;
        var crew = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int member = i;
            crew[i] = new Thread(() =>
            {
                try
                {
                    start.SignalAndWait();
                    work(member);
                }
                catch (Exception exception)
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
                }
            }) { IsBackground = true };
            crew[i].Start();
        }

        foreach (Thread thread in crew)
            thread.Join();
        failure?.Throw();
    }
}
