using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Strata.Lab.Measure;

/// <summary>Runs the same body on one or more threads of their own, each on a processor of its own, that start together, and times them from the first start to the last end.</summary>
internal static class Crew
{
    public static double Seconds(int threads, Action<int> body)
    {
        long[] starts = new long[threads];
        long[] ends = new long[threads];
        Exception? failure = null;
        using Barrier barrier = new(threads);
        Thread[] crew = Enumerable.Range(0, threads).Select(index => new Thread(() =>
        {
            ThreadPin.ToProcessor(index);
            barrier.SignalAndWait();
            starts[index] = Stopwatch.GetTimestamp();
            try
            {
                body(index);
            }
            catch (Exception error)
            {
                failure = error;
            }

            ends[index] = Stopwatch.GetTimestamp();
        })).ToArray();
        foreach (Thread thread in crew)
            thread.Start();
        foreach (Thread thread in crew)
            thread.Join();
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        return Stopwatch.GetElapsedTime(starts.Min(), ends.Max()).TotalSeconds;
    }
}
