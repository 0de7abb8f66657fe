namespace Strata.Engine.Removals;

/// <summary>
/// Calls the listener for what the stripes have queued: on the thread pool, or, in a store without background work, on the thread of whoever maintains it.
/// It does not know the store, so a store that was forgotten can be collected while it works.
/// </summary>
/// <remarks>
/// No event is missed. A writer publishes it, fences, and raises <see cref="_isPosted"/> if it is down; a thread that delivers lowers that before it looks into
/// the queues: one of the two sees the other. A thread that finds another one delivering leaves; that one looks at the mark once more after its turn, and a thread of the pool
/// looks whether it is still at it after it let go of <see cref="_isScheduled"/>: again one of the two sees the other. Every
/// write of <see cref="_isDelivering"/> is a full fence.
/// </remarks>
internal sealed class RemovalDelivery : IThreadPoolWorkItem
{
    private readonly RemovalListener _listener;
    private readonly RemovalQueue[] _queues;
    private readonly bool _isBackground;
    private int _isPosted;
    private int _isScheduled;
    private int _isDelivering;
    private volatile bool _isClosed;
    private long _delivered;
    private long _faults;

    public RemovalDelivery(ByteStoreOptions options, int stripeCount)
    {
        _listener = options.RemovalListener!;
        _isBackground = options.BackgroundMaintenance;
        _queues = new RemovalQueue[stripeCount];
        for (int i = 0; i < stripeCount; i++)
            _queues[i] = new RemovalQueue(RemovalQueue.LengthFor(options, stripeCount), options.RemovalValueBytes);
    }

    /// <summary>The entries that the listener was told of.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>The calls in which it threw.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>The entries that it was not told of since a queue was full.</summary>
    public long Dropped
    {
        get
        {
            long sum = 0;
            foreach (RemovalQueue queue in _queues)
                sum += queue.Dropped;
            return sum;
        }
    }

    /// <summary>Whether a thread of the pool was called and is not through yet: then nobody calls another one.</summary>
    internal bool IsScheduled => Volatile.Read(ref _isScheduled) != 0;

    public RemovalQueue QueueOf(int stripe) => _queues[stripe];

    /// <summary>Takes note that a queue is not empty. Called under a stripe's lock, after the event was published.</summary>
    public void Post()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isPosted) == 0)
            Volatile.Write(ref _isPosted, 1);
    }

    /// <summary>Has the pool deliver what was posted. Called outside all locks; in a store without background work it does nothing.</summary>
    public void Signal()
    {
        if (_isBackground && Volatile.Read(ref _isPosted) != 0 && Interlocked.Exchange(ref _isScheduled, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>After a round of maintenance: signals, or delivers on this thread in a store without background work.</summary>
    public void Maintain()
    {
        if (_isBackground)
            Signal();
        else
            Deliver();
    }

    /// <summary>Delivers on this thread what is queued, unless another thread is at it.</summary>
    public void Deliver()
    {
        // Only after the end of the store turn follows turn: until then a listener that writes could keep its thread for ever.
        while (TryDeliver() && _isClosed && Volatile.Read(ref _isPosted) != 0)
        {
        }

        Signal();
    }

    /// <summary>Delivers the rest: no stripe queues anything any more. If another thread is delivering at this moment, it does so, and nobody waits for it.</summary>
    public void Close()
    {
        _isClosed = true;
        Deliver();
    }

    /// <summary>One turn on a thread of the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        // Scheduled until it is through, so that writers do not call threads together that would find it at work.
        Deliver();
        Interlocked.Exchange(ref _isScheduled, 0);
        // Who delivers at this moment signals after it.
        if (Volatile.Read(ref _isDelivering) == 0)
            Signal();
    }

    // One turn: what stood in the queues as it came to them.
    private bool TryDeliver()
    {
        if (Interlocked.Exchange(ref _isDelivering, 1) != 0)
            return false;
        Interlocked.Exchange(ref _isPosted, 0);
        foreach (RemovalQueue queue in _queues)
        {
            long endBytes = queue.WrittenBytes;
            while (queue.TryTake(endBytes, out RemovalHeader header, out ReadOnlySpan<byte> payload))
            {
                Tell(new RemovedEntry(in header, payload));
                queue.Release(in header);
            }
        }

        Interlocked.Exchange(ref _isDelivering, 0);
        return true;
    }

    private void Tell(in RemovedEntry entry)
    {
        try
        {
            _listener(in entry);
        }
        catch (Exception)
        {
            Volatile.Write(ref _faults, _faults + 1);
        }

        Volatile.Write(ref _delivered, _delivered + entry.EntryCount);
    }
}
