using System.Collections.Concurrent;
using Strata.Engine.Stress.Litmus;
using Strata.Engine.Stress.Torture;

namespace Strata.Engine.Stress.Linear;

/// <summary>The life of one store: rounds in which several threads work on few keys at once, each followed by a judgement of what they recorded.</summary>
internal sealed class LinearRun
{
    private const int MaxViolations = 5;

    private readonly ConcurrentQueue<string> _violations = [];
    private readonly ConcurrentDictionary<long, long> _versionOfValue = [];
    private readonly ConcurrentDictionary<(int Key, long Version), long> _valueOfVersion = [];
    private readonly LinearTally _tally = new();
    private readonly LinearWorker[] _workers;
    private readonly Barrier _line;
    private int _ready;
    private bool _isOver;

    private LinearRun(ITortureTarget target, LinearOptions options)
    {
        Target = target;
        Options = options;
        _line = new Barrier(options.Threads + 1, _ => _ready = 0);
        _workers = [.. Enumerable.Range(0, options.Threads).Select(number => new LinearWorker(this, number))];
    }

    public ITortureTarget Target { get; }

    public LinearOptions Options { get; }

    public LogicalClock Clock { get; } = new();

    /// <summary>Works on the target until the rounds are over or something is wrong, and disposes of it.</summary>
    public static LinearResult Run(ITortureTarget target, LinearOptions options)
    {
        var run = new LinearRun(target, options);
        Thread[] threads = [.. run._workers.Select((worker, number) => new Thread(() => run.WorkRounds(worker, number)) { IsBackground = true })];
        foreach (Thread thread in threads)
            thread.Start();
        for (int round = 0; round < options.Rounds && run._violations.IsEmpty; round++)
        {
            run._line.SignalAndWait();
            run._line.SignalAndWait();
            run.JudgeRound();
        }

        run._isOver = true;
        run._line.SignalAndWait();
        foreach (Thread thread in threads)
            thread.Join();
        run._line.Dispose();
        if (run._violations.IsEmpty)
            run.CheckAtEnd();
        target.Dispose();
        return new LinearResult([.. run._violations], run._tally);
    }

    public void Report(string violation)
    {
        if (_violations.Count < MaxViolations)
            _violations.Enqueue(violation);
    }

    /// <summary>A value has one version, and a version of a key is that of one value.</summary>
    public void NoteVersion(int key, long value, long version)
    {
        if (_versionOfValue.GetOrAdd(value, version) is var knownVersion && knownVersion != version)
            Report($"key {key}: value {value} has version {version} and had version {knownVersion}");
        if (_valueOfVersion.GetOrAdd((key, version), value) is var knownValue && knownValue != value)
            Report($"key {key}: version {version} is that of value {value} and was that of value {knownValue}");
    }

    private void WorkRounds(LinearWorker worker, int number)
    {
        Processors.Bind(number);
        while (true)
        {
            _line.SignalAndWait();
            if (_isOver)
                return;
            // Those that wake first wait for the last: threads that do not run at the same time prove nothing.
            Interlocked.Increment(ref _ready);
            var spinner = default(SpinWait);
            while (Volatile.Read(ref _ready) < Options.Threads)
                spinner.SpinOnce(sleep1Threshold: -1);
            try
            {
                worker.WorkRound();
            }
            catch (Exception unexpected)
            {
                Report(unexpected.ToString());
            }

            _line.SignalAndWait();
        }
    }

    // Everybody waits. The keys are removed, so that each history begins with an absent key.
    private void JudgeRound()
    {
        Span<byte> name = stackalloc byte[TortureKey.MaxBytes];
        for (int key = 0; key < Options.Keys; key++)
        {
            KeyOperation[] history = [.. _workers.SelectMany(worker => worker.HistoryOf(key))];
            _tally.Add(history);
            if (LinearChecker.Judge(history, Options.MayVanish) is { } wrong)
                Report($"key {key}: {wrong}");
            Target.Remove(TortureKey.Write(key, name));
        }

        _versionOfValue.Clear();
        _valueOfVersion.Clear();
        foreach (LinearWorker worker in _workers)
            worker.Forget();
    }

    private void CheckAtEnd()
    {
        try
        {
            Target.VerifyIntegrity();
        }
        catch (InvalidOperationException contradiction)
        {
            Report($"integrity: {contradiction.Message}");
        }

        if (!Options.MayVanish && Target.GetStatistics() is { Evictions: not 0 } statistics)
            Report($"{statistics.Evictions} entries were evicted from a store with room for all");
    }
}
