using Strata.Tiers;

namespace Strata.Stacking;

/// <content>Taking what is to be told next, and what became of it.</content>
internal sealed partial class PendingWrites
{
    private const int BatchWrites = 128;
    private const int BatchBytes = 1 << 20;

    /// <summary>After so many failures of its own, a write gives way to something that means more.</summary>
    private const int MaxFailures = 10;

    /// <summary>
    /// The first writes in order: one invalidation, or writes of different keys, whose order among themselves says nothing. They stay pending until they are done.
    /// </summary>
    public List<PendingWrite> Next()
    {
        List<PendingWrite> next = [];
        int lengthBytes = 0;
        lock (_gate)
        {
            foreach (PendingWrite write in _inOrder)
            {
                if (next.Count > 0 && (write.Key is null || next.Count == BatchWrites || lengthBytes + write.LengthBytes > BatchBytes))
                    break;
                next.Add(write);
                lengthBytes += write.LengthBytes;
                if (write.Key is null)
                    break;
            }
        }

        return next;
    }

    /// <summary>The tier has been told; if something newer of the key has come meanwhile, that is still pending.</summary>
    /// <returns>Whether it is still what is to be known of its key.</returns>
    public bool End(PendingWrite write, TierWriteStatus status)
    {
        lock (_gate)
        {
            write.Answer(status);
            LinkedListNode<PendingWrite>? node = NodeOf(write);
            if (node is not null)
                Drop(node);
            return node is not null;
        }
    }

    /// <summary>
    /// The tier has failed at a write, which stays pending. One that fails again and again while others do not must not hold up all behind it for ever: a value becomes a removal, a removal or an invalidation a clear.
    /// </summary>
    /// <param name="write">The write.</param>
    /// <param name="status">How it failed.</param>
    /// <param name="isOwnFault">Whether the tier did other things well meanwhile.</param>
    public void Fail(PendingWrite write, TierWriteStatus status, bool isOwnFault)
    {
        lock (_gate)
        {
            write.Answer(status);
            // What costs a value alone is suspected for good; what costs a clear needs to be seen each time.
            bool isSuspect = isOwnFault || (write.Failures > 0 && write.Value is not null);
            if (!isSuspect || ++write.Failures < MaxFailures || write.IsClear || NodeOf(write) is not { } node)
                return;
            if (write.Value is null)
            {
                Overflow(write);
                return;
            }

            Interlocked.Increment(ref _dropped);
            Drop(node);
            Append(write.AsRemoval());
        }
    }

    /// <summary>No attempt will be made for a while: who waits for one is told.</summary>
    public void AnswerAll(TierWriteStatus status)
    {
        lock (_gate)
        {
            foreach (PendingWrite write in _inOrder)
                write.Answer(status);
        }
    }

    private LinkedListNode<PendingWrite>? NodeOf(PendingWrite write)
    {
        if (write.Key is null)
            return _inOrder.Find(write);
        return _byKey.TryGetValue(write.Key, out LinkedListNode<PendingWrite>? node) && ReferenceEquals(node.Value, write) ? node : null;
    }
}
