using System.Diagnostics;

namespace Strata.Engine.Stress.Litmus;

internal static class RaceRunner
{
    private const int ReadsBetweenClockReadings = 256;

    public static RaceResult Run(Race race, long rounds, TimeSpan limit)
    {
        bool stop = false;
        Exception? failure = null;
        using var start = new Barrier(2);
        var writer = new Thread(() =>
        {
            start.SignalAndWait();
            try
            {
                while (!Volatile.Read(ref stop))
                    race.Write();
            }
            catch (Exception thrown)
            {
                failure = thrown;
            }
        })
        { IsBackground = true, Name = "writer" };
        writer.Start();
        start.SignalAndWait();
        long accepted = 0;
        long refused = 0;
        long violations = 0;
        long began = Stopwatch.GetTimestamp();
        for (long reads = 1; violations == 0; reads++)
        {
            switch (race.Read())
            {
                case ReadVerdict.Accepted:
                    accepted++;
                    break;
                case ReadVerdict.Refused:
                    refused++;
                    break;
                case ReadVerdict.Violation:
                    violations++;
                    break;
            }

            bool isEnough = accepted >= rounds && refused >= RaceResult.MinRefused;
            if (isEnough || (reads % ReadsBetweenClockReadings == 0 && Stopwatch.GetElapsedTime(began) >= limit))
                break;
        }

        Volatile.Write(ref stop, true);
        writer.Join();
        if (failure is not null)
            throw new InvalidOperationException("The writer of the race failed.", failure);
        return new RaceResult(accepted, refused, violations, Stopwatch.GetElapsedTime(began));
    }
}
