using System.Buffers;
using Strata.Entries;
using Strata.Tiers;

namespace Strata.Stacking;

/// <content>Telling the tier what is pending: by one worker at a time, which stops when nothing is left, or for a while when the tier does not answer.</content>
internal sealed partial class StackedTier
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromMilliseconds(500);

    private static readonly byte[] s_anyKey = [0];

    private readonly Lock _drainGate = new();
    private TaskCompletionSource<bool>? _drain;
    private bool _isBackingOff;
    private bool _isBehind;
    private long _replayed;

    /// <summary>Waits until all that is pending has been told, or the tier has failed at it.</summary>
    /// <returns>Whether nothing was left.</returns>
    public async ValueTask<bool> FlushAsync(CancellationToken cancellationToken)
    {
        if (_pending is null or { IsEmpty: true })
            return true;
        return await Resume().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the worker begin, unless it waits for the tier to recover.</summary>
    /// <returns>Whether it does not wait: what is pending will be answered.</returns>
    private bool Drain()
    {
        lock (_drainGate)
        {
            if (!_isBackingOff)
                BeginDrain();
            return !_isBackingOff;
        }
    }

    /// <summary>Has the worker begin in a while, unless it is at work.</summary>
    private void BackOff()
    {
        lock (_drainGate)
        {
            if (_isBackingOff || _drain is not null)
                return;
            _isBackingOff = true;
            _isBehind = true;
        }

        _retry!.Change(s_retryDelay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has the worker begin, also if it waits.</summary>
    private Task<bool> Resume()
    {
        lock (_drainGate)
        {
            _isBackingOff = false;
            return BeginDrain();
        }
    }

    private Task<bool> BeginDrain()
    {
        if (_drain is null)
        {
            _drain = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ThreadPool.UnsafeQueueUserWorkItem(static tier => _ = tier.RunAsync(), this, preferLocal: false);
        }

        return _drain.Task;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            List<PendingWrite> next = _pending!.Next();
            bool hasFailed = _isStopped || (next.Count > 0 && !(await IsThereAsync(next[0]).ConfigureAwait(false) && await TellAsync(next).ConfigureAwait(false)));
            bool hasCaughtUp;
            lock (_drainGate)
            {
                // Who adds something after this look finds the worker gone, and begins it anew.
                if (!hasFailed && !_pending.IsEmpty)
                    continue;
                _isBackingOff = hasFailed;
                hasCaughtUp = _isBehind && !hasFailed;
                _isBehind = hasFailed;
                _drain!.SetResult(!hasFailed);
                _drain = null;
            }

            if (hasFailed)
            {
                _pending.AnswerAll(TierWriteStatus.Throttled);
                _retry!.Change(s_retryDelay, Timeout.InfiniteTimeSpan);
            }
            else if (hasCaughtUp)
            {
                _telemetry.CaughtUp(Name, Replayed);
            }

            return;
        }
    }

    /// <summary>Whether the breaker lets calls through. If not, a read is the probe: what the tier never takes must not keep it away from all.</summary>
    private async ValueTask<bool> IsThereAsync(PendingWrite write)
    {
        if (_guard is null or { IsClosed: true })
            return true;
        TierRead read = await _guard.GetAsync(write.Key ?? s_anyKey, new ArrayBufferWriter<byte>()).ConfigureAwait(false);
        Note(read);
        return IsAnswer(read);
    }

    /// <summary>Tells one batch.</summary>
    /// <returns>Whether the tier did any of it.</returns>
    private async ValueTask<bool> TellAsync(List<PendingWrite> writes)
    {
        var statuses = new TierWriteStatus[writes.Count];
        Array.Fill(statuses, TierWriteStatus.Faulted);
        try
        {
            if (writes[0].Key is null)
                statuses[0] = await TellAsync(writes[0]).ConfigureAwait(false);
            else
                await TellAsync(writes, statuses).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // A tier that throws has failed at it.
        }

        bool isAnswered = Array.Exists(statuses, static status => !IsFailure(status));
        if (isAnswered)
            NoteAnswer();
        long answers = Volatile.Read(ref _answers);
        for (int i = 0; i < statuses.Length; i++)
        {
            if (IsFailure(statuses[i]))
            {
                _pending!.Fail(writes[i], statuses[i], answers);
                continue;
            }

            Interlocked.Increment(ref _replayed);
            if (_pending!.End(writes[i], statuses[i]))
                _told(this, writes[i], statuses[i]);
        }

        return isAnswered;
    }

    private ValueTask<TierWriteStatus> TellAsync(PendingWrite write) => write.Rule is { } rule ? _inner.InvalidateAsync(rule) : _inner.ClearAsync();

    private async ValueTask TellAsync(List<PendingWrite> writes, TierWriteStatus[] statuses)
    {
        List<int> values = [];
        List<int> removals = [];
        List<TierEntry> entries = [];
        for (int i = 0; i < writes.Count; i++)
        {
            if (TryMakeEntry(writes[i], out TierEntry entry))
            {
                entries.Add(entry);
                values.Add(i);
            }
            else
            {
                removals.Add(i);
            }
        }

        var answers = new TierWriteStatus[writes.Count];
        if (values.Count > 0)
        {
            await _inner.SetManyAsync(entries.ToArray(), answers).ConfigureAwait(false);
            for (int i = 0; i < values.Count; i++)
                statuses[values[i]] = answers[i];
        }

        if (removals.Count > 0)
        {
            ReadOnlyMemory<byte>[] keys = [.. removals.Select(i => new ReadOnlyMemory<byte>(writes[i].Key))];
            await _inner.RemoveManyAsync(keys, answers).ConfigureAwait(false);
            for (int i = 0; i < removals.Count; i++)
                statuses[removals[i]] = answers[i];
        }
    }

    /// <summary>The entry that a pending value makes now; none for a removal, and for a value whose time is over.</summary>
    private bool TryMakeEntry(PendingWrite write, out TierEntry entry)
    {
        entry = default;
        if (write.Value is null)
            return false;
        EntryOptions options = write.Options;
        if (TimeLeft(write) is { } left)
        {
            if (left <= TimeSpan.Zero)
                return false;
            options = options with { Ttl = left };
        }

        entry = new(write.Key!, new ReadOnlySequence<byte>(write.Value), options);
        return true;
    }

    /// <summary>What is left of a pending value's time to live; <c>null</c> when it does not expire.</summary>
    private TimeSpan? TimeLeft(PendingWrite write) => write.Options.Ttl is { } ttl && ttl != Timeout.InfiniteTimeSpan ? ttl - _time.GetElapsedTime(write.Since) : null;

    private static bool IsFailure(TierWriteStatus status) => status is TierWriteStatus.Throttled or TierWriteStatus.Faulted;
}
