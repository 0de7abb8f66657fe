using Strata.Invalidation;
using Strata.Keys;
using Strata.Tiers;

namespace Strata.Stacking;

/// <summary>
/// What a tier has not been told yet, in order: one value or removal a key, and invalidations among them. Bounded in keys, bytes and rules; what does not fit is forgotten for something that means more: a value for the
/// removal of its key, and everything for a clear.
/// </summary>
/// <remarks>Every member takes the lock for a few steps; those that end with all entries at once are paid for by the writes that made them.</remarks>
/// <param name="maxKeys">The most keys.</param>
/// <param name="maxBytes">The most bytes of all of it.</param>
/// <param name="isShared">Whether others write to the tier: a value that they wrote before a late invalidation goes with it, and an older one from here must not take its place. So no value is remembered behind an invalidation.</param>
internal sealed partial class PendingWrites(int maxKeys, long maxBytes, bool isShared)
{
    /// <summary>The most invalidations that are remembered: each is tested on each read.</summary>
    public const int MaxRules = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], LinkedListNode<PendingWrite>> _byKey = new(KeyComparer.Instance);
    private readonly LinkedList<PendingWrite> _inOrder = [];
    private readonly List<PendingWrite> _rules = [];
    private long _lengthBytes;
    private long _invalidatedAt;
    private long _dropped;
    private long _overflows;
    private volatile bool _isEmpty = true;

    public bool IsEmpty => _isEmpty;

    public int Count
    {
        get
        {
            lock (_gate)
                return _inOrder.Count;
        }
    }

    public long LengthBytes
    {
        get
        {
            lock (_gate)
                return _lengthBytes;
        }
    }

    /// <summary>Values that were dropped for the removal of their keys.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>How often everything was forgotten for a clear.</summary>
    public long Overflows => Volatile.Read(ref _overflows);

    /// <summary>Whether nothing is pending that a write of this key would have to come after.</summary>
    public bool LetsPass(ReadOnlySpan<byte> key)
    {
        if (_isEmpty)
            return true;
        lock (_gate)
            return _rules.Count == 0 && !Find(key, out _);
    }

    /// <summary>Whether what the tier has of this key is its last state, as far as this process knows.</summary>
    /// <param name="key">The key.</param>
    /// <param name="queued">When it is not: the value that the tier is to get, if there is one and no invalidation may mean it.</param>
    public bool IsTrusted(ReadOnlySpan<byte> key, out PendingWrite? queued)
    {
        queued = null;
        if (_isEmpty)
            return true;
        lock (_gate)
        {
            foreach (PendingWrite rule in _rules)
            {
                // The tags of what a tier has are not known here.
                if (rule.IsClear || !rule.Rule!.IsByKey || rule.Rule.MatchesKey(key))
                    return false;
            }

            if (!Find(key, out LinkedListNode<PendingWrite>? node))
                return true;
            queued = node.Value.Value is null ? null : node.Value;
            return false;
        }
    }

    /// <summary>Remembers a write, at the end, in place of what is pending of its key.</summary>
    /// <param name="write">The write.</param>
    /// <param name="hadValue">Whether a value of its key was pending, which the tier will not get.</param>
    /// <returns>Whether it is remembered as it is.</returns>
    public bool Add(PendingWrite write, out bool hadValue)
    {
        hadValue = false;
        lock (_gate)
        {
            if (write.IsClear)
            {
                ForgetAll();
                Append(write);
                return true;
            }

            bool isWhole = true;
            if (write.Key is { } key)
            {
                if (Find(key, out LinkedListNode<PendingWrite>? node))
                {
                    if (node.Value.Ticket > write.Ticket)
                    {
                        // Overtaken on its way here: who waits for it must not wait for ever.
                        write.Answer(TierWriteStatus.Throttled);
                        return true;
                    }

                    hadValue = node.Value.Value is not null;
                    Drop(node);
                }

                if (write.Value is not null && (write.Ticket < _invalidatedAt || (isShared && _rules.Count > 0) || _lengthBytes + write.LengthBytes > maxBytes))
                {
                    write = write.AsRemoval();
                    isWhole = false;
                    Interlocked.Increment(ref _dropped);
                }
            }

            bool isTooMuch = write.Key is null ? _rules.Count >= MaxRules : _byKey.Count >= maxKeys || _lengthBytes + write.LengthBytes > maxBytes;
            if (isTooMuch)
                Overflow(write);
            else
                Append(write);
            return isWhole && !isTooMuch;
        }
    }

    /// <summary>Another node has invalidated, in a tier that both write to: what this one would tell it late must not bring back what went. Values that may be meant become removals, and so do those that come late to the queue.</summary>
    /// <param name="rule">What it has invalidated.</param>
    /// <param name="ticket">The latest write that may have begun before it.</param>
    public void Invalidate(InvalidationRule rule, long ticket)
    {
        lock (_gate)
        {
            _invalidatedAt = ticket;
            for (LinkedListNode<PendingWrite>? node = _inOrder.First; node is not null; node = node.Next)
            {
                PendingWrite write = node.Value;
                if (!write.IsMeant(rule))
                    continue;
                node.Value = write.AsRemoval();
                _lengthBytes += node.Value.LengthBytes - write.LengthBytes;
                Interlocked.Increment(ref _dropped);
            }
        }
    }

    private bool Find(ReadOnlySpan<byte> key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LinkedListNode<PendingWrite>? node) =>
        _byKey.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out node);

    private void Append(PendingWrite write)
    {
        LinkedListNode<PendingWrite> node = _inOrder.AddLast(write);
        if (write.Key is { } key)
            _byKey.Add(key, node);
        else
            _rules.Add(write);
        _lengthBytes += write.LengthBytes;
        _isEmpty = false;
    }

    private void Drop(LinkedListNode<PendingWrite> node)
    {
        PendingWrite write = node.Value;
        _inOrder.Remove(node);
        if (write.Key is { } key)
            _byKey.Remove(key);
        else
            _rules.Remove(write);
        _lengthBytes -= write.LengthBytes;
        _isEmpty = _inOrder.Count == 0;
        write.Answer(TierWriteStatus.Throttled);
    }

    /// <summary>A clear stands for all that came before it, and for the write that found no room.</summary>
    private void Overflow(PendingWrite write)
    {
        Interlocked.Increment(ref _overflows);
        ForgetAll();
        write.Answer(TierWriteStatus.Throttled);
        Append(new PendingWrite { Since = write.Since, Ticket = write.Ticket });
    }

    private void ForgetAll()
    {
        foreach (PendingWrite write in _inOrder)
        {
            write.Answer(TierWriteStatus.Throttled);
            if (write.Value is not null)
                Interlocked.Increment(ref _dropped);
        }

        _inOrder.Clear();
        _byKey.Clear();
        _rules.Clear();
        _lengthBytes = 0;
        _isEmpty = true;
    }
}
