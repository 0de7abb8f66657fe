using System.Collections.Concurrent;

namespace Strata.Engine.Stress.Torture;

/// <summary>
/// The life of one store: laps of work by all threads, with a full check after each, and a last lap in which the store is disposed of while
/// they work.
/// </summary>
internal sealed class TortureRun
{
    private const int MaxViolations = 20;

    private readonly ConcurrentQueue<string> _violations = [];
    private readonly KeyHistory[] _histories;
    private volatile bool _mustStop;
    private volatile bool _isDisposing;
    private volatile bool _isDisposed;

    private TortureRun(ITortureTarget target, TortureOptions options)
    {
        Target = target;
        Options = options;
        _histories = new KeyHistory[options.Keys];
        for (int i = 0; i < _histories.Length; i++)
            _histories[i] = new KeyHistory(Clears);
    }

    public ITortureTarget Target { get; }

    public TortureOptions Options { get; }

    public LogicalClock Clock { get; } = new();

    public ClearHistory Clears { get; } = new();

    public int KeyCount => _histories.Length;

    public bool MustStop => _mustStop;

    /// <summary>Whether dispose has begun, so that a thread may be turned away.</summary>
    public bool IsDisposing => _isDisposing;

    /// <summary>Whether dispose has ended, so that a thread that begins an operation must be turned away.</summary>
    public bool IsDisposed => _isDisposed;

    /// <summary>Works on the target until its end; it is disposed of on the way.</summary>
    public static TortureResult Run(ITortureTarget target, TortureOptions options)
    {
        var run = new TortureRun(target, options);
        var total = new TortureTally();
        StoreStatistics statistics = default;
        for (int lap = 0; lap < options.Laps && run._violations.IsEmpty; lap++)
        {
            run.RunLap(lap, total, () => run.WaitFor(options.Lap));
            run.CheckAtRest(total);
            statistics = target.GetStatistics();
        }

        if (run._violations.IsEmpty)
            run.CheckNothingIsLeft();
        if (run._violations.IsEmpty)
            run.RunLap(options.Laps, total, run.DisposeUnderway);
        else
            target.Dispose();
        return new TortureResult([.. run._violations], total, statistics);
    }

    public KeyHistory HistoryOf(int key) => _histories[key];

    public void Report(string violation)
    {
        if (_violations.Count < MaxViolations)
            _violations.Enqueue(violation);
        _mustStop = true;
    }

    private void RunLap(int lap, TortureTally total, Action meanwhile)
    {
        _mustStop = false;
        TortureWorker[] workers = [.. Enumerable.Range(0, Options.Threads).Select(number => new TortureWorker(this, number, Seeds.Mix(Options.Seed, lap, number)))];
        Thread[] threads = [.. workers.Select(worker => new Thread(worker.Work) { IsBackground = true })];
        foreach (Thread thread in threads)
            thread.Start();
        meanwhile();
        // After dispose the threads stop because the store turns them away, and only then.
        if (!_isDisposed)
            _mustStop = true;
        foreach (Thread thread in threads)
            thread.Join();
        foreach (TortureWorker worker in workers)
            total.Add(worker.Tally);
    }

    /// <summary>Waits for the time, or less when a violation is seen.</summary>
    private void WaitFor(TimeSpan time) => SpinWait.SpinUntil(() => { Thread.Sleep(5); return _mustStop; }, time);

    private void DisposeUnderway()
    {
        WaitFor(Options.Lap / 4);
        _isDisposing = true;
        Target.Dispose();
        _isDisposed = true;
    }

    /// <summary>Nobody works: the store must agree with itself, and every key with its history.</summary>
    private void CheckAtRest(TortureTally total)
    {
        if (!HasIntegrity())
            return;
        var reader = new TortureWorker(this, Options.Threads, Options.Seed);
        reader.ReadEveryKey();
        total.Add(reader.Tally);
    }

    /// <summary>
    /// Nobody works, and everything is removed: no entry, no byte of a record, no page and no pin may be left. A pin that somebody forgot to release would
    /// keep its page from coming back now. Whatever else a store can hold for its callers is asked for here too.
    /// </summary>
    private void CheckNothingIsLeft()
    {
        long start = Clock.Next();
        Target.Clear();
        Clears.Note(start, Clock.Next());
        Target.Maintain();
        StoreStatistics left = Target.GetStatistics();
        if (left.EntryCount != 0 || left.RecordBytes != 0 || left.PinnedBytes != 0 || left.Leases != 0)
            Report($"after everything was cleared at rest, {left.EntryCount} entries, {left.RecordBytes} bytes of records, {left.Leases} leases and {left.PinnedBytes} pinned bytes are left");
        // The walk counts the pages that the stripes hold against those that the pool has given out.
        HasIntegrity();
    }

    private bool HasIntegrity()
    {
        try
        {
            Target.VerifyIntegrity();
            return true;
        }
        catch (InvalidOperationException contradiction)
        {
            Report($"integrity: {contradiction.Message}");
            return false;
        }
    }
}
