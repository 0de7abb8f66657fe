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
    /// The first writes in order: one invalidation, or writes of different keys, whose order among themselves says nothing. One that failed while others did not comes after those, alone. They stay pending until they are done.
    /// </summary>
    public List<PendingWrite> Next()
    {
        List<PendingWrite> next = [];
        PendingWrite? suspect = null;
        int lengthBytes = 0;
        lock (_gate)
        {
            foreach (PendingWrite write in _inOrder)
            {
                if (write.Key is null)
                {
                    if (next.Count == 0 && suspect is null)
                        next.Add(write);
                    break;
                }

                if (write.Failures > 0)
                {
                    suspect = suspect?.Failures <= write.Failures ? suspect : write;
                    continue;
                }

                if (next.Count > 0 && (next.Count == BatchWrites || lengthBytes + write.LengthBytes > BatchBytes))
                    break;
                next.Add(write);
                lengthBytes += write.LengthBytes;
            }
        }

        if (next.Count == 0 && suspect is not null)
            next.Add(suspect);
        return next;
    }

    /// <summary>The tier has been told; if something newer of the key has come meanwhile, that is still pending.</summary>
    /// <remarks>An explicit value that the tier takes for older may be compared with one that this process wrote before it, which the tier has stamped by a clock ahead of this one: only without any is the tier not wrong.</remarks>
    /// <returns>Whether it is still what is to be known of its key.</returns>
    public bool End(PendingWrite write, TierWriteStatus status)
    {
        lock (_gate)
        {
            write.Answer(status);
            LinkedListNode<PendingWrite>? node = NodeOf(write);
            if (node is null)
                return false;
            Drop(node);
            if (status == TierWriteStatus.Superseded && write.IsExplicit)
                Append(write.AsRemoval());
            return true;
        }
    }

    /// <summary>
    /// The tier has failed at a write, which stays pending. One that fails again and again while others do not must not hold up all behind it for ever: a value becomes a removal, a removal or an invalidation a clear.
    /// </summary>
    /// <param name="write">The write.</param>
    /// <param name="status">How it failed.</param>
    /// <param name="answers">How much the tier has answered by now: if it is more than when it failed at this last, it did other things well meanwhile.</param>
    public void Fail(PendingWrite write, TierWriteStatus status, long answers)
    {
        lock (_gate)
        {
            write.Answer(status);
            if (status != TierWriteStatus.Faulted)
                return;
            bool isOwnFault = answers > write.Answers;
            write.Answers = answers;
            if (!isOwnFault || ++write.Failures < MaxFailures || write.IsClear || NodeOf(write) is not { } node)
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
