using System.Diagnostics;

namespace Strata.Engine.Stress.Litmus;

/// <summary>Runs one race: a thread that writes and a thread that reads, on different processors.</summary>
internal sealed class RaceRunner
{
    private const int ReadsBetweenClockReadings = 256;

    private readonly Race _race;
    private readonly long _rounds;
    private readonly TimeSpan _limit;
    private volatile bool _mustStop;
    private Exception? _failure;
    private long _accepted;
    private long _refused;
    private long _violations;
    private TimeSpan _elapsed;

    private RaceRunner(Race race, long rounds, TimeSpan limit)
    {
        _race = race;
        _rounds = rounds;
        _limit = limit;
    }

    public static RaceResult Run(Race race, long rounds, TimeSpan limit)
    {
        var runner = new RaceRunner(race, rounds, limit);
        using var start = new Barrier(2);
        Thread writer = runner.Start(processor: 0, start, runner.Write);
        Thread reader = runner.Start(processor: 1, start, runner.Read);
        reader.Join();
        writer.Join();
        return runner._failure is null
            ? new RaceResult(runner._accepted, runner._refused, runner._violations, runner._elapsed)
            : throw new InvalidOperationException("A thread of the race failed.", runner._failure);
    }

    private Thread Start(int processor, Barrier start, Action work)
    {
        var thread = new Thread(() =>
        {
            Processors.Bind(processor);
            start.SignalAndWait();
            try
            {
                work();
            }
            catch (Exception thrown)
            {
                _failure = thrown;
            }

            _mustStop = true;
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Write()
    {
        while (!_mustStop)
            _race.Write();
    }

    private void Read()
    {
        long began = Stopwatch.GetTimestamp();
        for (long reads = 1; _violations == 0 && !_mustStop; reads++)
        {
            switch (_race.Read())
            {
                case ReadVerdict.Accepted:
                    _accepted++;
                    break;
                case ReadVerdict.Refused:
                    _refused++;
                    break;
                case ReadVerdict.Violation:
                    _violations++;
                    break;
            }

            bool isEnough = _accepted >= _rounds && _refused >= RaceResult.MinRefused;
            if (isEnough || (reads % ReadsBetweenClockReadings == 0 && Stopwatch.GetElapsedTime(began) >= _limit))
                break;
        }

        _elapsed = Stopwatch.GetElapsedTime(began);
    }
}
