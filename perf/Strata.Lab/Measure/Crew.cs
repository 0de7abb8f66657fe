using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Strata.Lab.Measure;

/// <summary>Runs the same body on one or more threads that start together, and times them from the first start to the last end.</summary>
internal static class Crew
{
    public static double Seconds(int threads, Action<int> body)
    {
        if (threads == 1)
        {
            long start = Stopwatch.GetTimestamp();
            body(0);
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        long[] starts = new long[threads];
        long[] ends = new long[threads];
        Exception? failure = null;
        using Barrier barrier = new(threads);
        Thread[] crew = Enumerable.Range(0, threads).Select(index => new Thread(() =>
        {
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
