using System.Collections.Concurrent;
using System.Diagnostics;
using Strata.Engine.Stress.Litmus;

namespace Strata.Engine.Stress.Torture;

/// <summary>
/// One writer fills a store that has room for everything, empties and trims it and starts again, so that the index grows and shrinks all the time; readers look for
/// a few residents that were written first. While a resident is there a read must find it, with the value of this round: a miss is a false
/// one, which a cache otherwise has no way to be convicted of.
/// </summary>
internal sealed class GrowthRun
{
    private const int Residents = 48;
    private const int ValueBytes = 48;
    private const int MaxViolations = 20;

    private readonly ITortureTarget _target;
    private readonly int _fillers;
    private readonly ConcurrentQueue<string> _violations = [];
    private volatile bool _mustStop;
    private long _round;
    private long _hits;
    private long _clears;
    private long _indexBytes;

    private GrowthRun(ITortureTarget target, int fillers)
    {
        _target = target;
        _fillers = fillers;
    }

    /// <summary>Runs for a time, or to the first violation, and disposes of the target. The index bytes of the result are those of the full store.</summary>
    /// <param name="target">It must not evict what is written.</param>
    /// <param name="fillers">Entries beside the residents in each round.</param>
    /// <param name="readers">Threads that read, beside the one that writes.</param>
    /// <param name="time">How long.</param>
    public static TortureResult Run(ITortureTarget target, int fillers, int readers, TimeSpan time)
    {
        var run = new GrowthRun(target, fillers);
        Thread[] threads = [run.Start(0, run.Write), .. Enumerable.Range(1, readers).Select(seed => run.Start(seed, () => run.Read(seed)))];
        long began = Stopwatch.GetTimestamp();
        while (!run._mustStop && Stopwatch.GetElapsedTime(began) < time)
            Thread.Sleep(5);
        run._mustStop = true;
        foreach (Thread thread in threads)
            thread.Join();
        if (run._violations.IsEmpty)
            run.Guard(target.VerifyIntegrity);
        StoreStatistics statistics = target.GetStatistics() with { IndexBytes = run._indexBytes };
        target.Dispose();
        return new TortureResult([.. run._violations], new TortureTally { Hits = run._hits, Cleared = run._clears }, statistics);
    }

    private Thread Start(int processor, Action work)
    {
        var thread = new Thread(() =>
        {
            Processors.Bind(processor);
            Guard(work);
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception unexpected)
        {
            Report(unexpected.ToString());
        }
    }

    private void Write()
    {
        while (!_mustStop)
        {
            Interlocked.Increment(ref _round);
            _target.Clear();
            for (int key = 0; key < Residents; key++)
                Write(key, _round + 1);
            Interlocked.Increment(ref _round);
            _clears++;
            for (int key = Residents; key < Residents + _fillers && !_mustStop; key++)
                Write(key, _round);
            _indexBytes = _target.GetStatistics().IndexBytes;
            for (int key = Residents; key < Residents + _fillers && !_mustStop; key++)
                Remove(key);
            _target.Trim();
        }
    }

    private void Remove(int key)
    {
        Span<byte> name = stackalloc byte[TortureKey.MaxBytes];
        if (!_target.Remove(TortureKey.Write(key, name)))
            Report($"key {key}: not there to be removed from a store with room");
    }

    private void Write(int key, long round)
    {
        Span<byte> value = stackalloc byte[ValueBytes];
        new ValueTag(key, 0, round, ValueBytes).Write(value);
        Span<byte> name = stackalloc byte[TortureKey.MaxBytes];
        WriteOutcome outcome = _target.Set(TortureKey.Write(key, name), value, default, default);
        if (outcome != WriteOutcome.Stored)
            Report($"key {key}: {outcome} in a store with room");
    }

    // In an odd round the residents are not all there; before the first there are none.
    private static bool IsComplete(long round) => round != 0 && round % 2 == 0;

    private void Read(int seed)
    {
        var random = new Random(seed);
        long hits = 0;
        Span<byte> name = stackalloc byte[TortureKey.MaxBytes];
        Span<byte> value = stackalloc byte[ValueBytes];
        while (!_mustStop)
        {
            int key = random.Next(Residents);
            long round = Volatile.Read(ref _round);
            ReadOutcome outcome = _target.TryGet(TortureKey.Write(key, name), value, out EntryInfo info);
            Volatile.ReadBarrier();
            if (outcome == ReadOutcome.Hit)
            {
                hits++;
                if (info.ValueBytes != ValueBytes || !ValueTag.TryRead(value, out ValueTag tag) || tag.Key != key)
                    Report($"key {key}: a value of {info.ValueBytes} bytes that is not one of its own");
                else if (IsComplete(round) && tag.Sequence < round)
                    Report($"key {key}: the value of round {tag.Sequence} after round {round} had begun");
            }
            else if (IsComplete(round) && Volatile.Read(ref _round) == round)
            {
                Report($"key {key}: {outcome} in round {round}, through which it was there");
            }
        }

        Interlocked.Add(ref _hits, hits);
    }

    private void Report(string violation)
    {
        if (_violations.Count < MaxViolations)
            _violations.Enqueue(violation);
        _mustStop = true;
    }
}
