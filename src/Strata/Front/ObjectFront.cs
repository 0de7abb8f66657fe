using System.Diagnostics.CodeAnalysis;

namespace Strata.Front;

/// <summary>
/// Instances of immutable types, found by the hash of their entry's key and good for one version of it. It never says whether an instance may be served: whoever finds one asks the store whether the entry
/// still has that version. So what it forgets or keeps too long costs time or memory, never a wrong answer.
/// </summary>
/// <remarks>
/// Sets of eight places, each set a clock of its own. Finding takes no lock and writes nothing but the mark of use, once in a turn of the hand. A writer locks a single place, by making its sequence odd, and
/// goes away when another one was there first.
/// </remarks>
internal sealed class ObjectFront(ObjectFrontOptions options)
{
    private const int Ways = ObjectFrontOptions.MinCapacity;

    private readonly FrontSlot[] _slots = new FrontSlot[options.Capacity / Ways * Ways];
    private readonly byte[] _hands = new byte[options.Capacity / Ways];
    private int _count;

    /// <summary>The instances kept.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Finds what may be the instance of a key.</summary>
    /// <param name="hash">The store's hash of the key.</param>
    /// <param name="instance">The instance.</param>
    /// <param name="version">The version of the entry it belongs to: another key's, should the hashes have these bits in common.</param>
    public bool TryFind(ulong hash, [NotNullWhen(true)] out object? instance, out long version)
    {
        uint tag = TagOf(hash);
        Span<FrontSlot> set = SetOf(SetIndexOf(hash));
        for (uint way = 0; way < Ways; way++)
        {
            ref FrontSlot slot = ref set[(int)((tag + way) % Ways)];
            if (slot.Tag != tag)
                continue;
            long sequence = Volatile.Read(ref slot.Sequence);
            bool isHere = slot.Tag == tag;
            instance = slot.Instance;
            version = slot.Version;
            // A writer that came in between has changed the sequence before anything else.
            Volatile.ReadBarrier();
            if (!isHere || instance is null || IsLocked(sequence) || Volatile.Read(ref slot.Sequence) != sequence)
                continue;
            if (!slot.IsUsed)
                slot.IsUsed = true;
            return true;
        }

        instance = null;
        version = 0;
        return false;
    }

    /// <summary>Keeps the instance of an entry, instead of an older one of its key, or of one that the clock gives up. It may be left out when others write to the same place.</summary>
    /// <param name="hash">The store's hash of the key.</param>
    /// <param name="version">The version of the entry that was written from the instance, or that it was read from.</param>
    /// <param name="instance">The instance.</param>
    public void Put(ulong hash, long version, object instance)
    {
        uint tag = TagOf(hash);
        ref FrontSlot slot = ref PlaceFor(SetIndexOf(hash), tag);
        if (!TryLock(ref slot, out long sequence))
            return;
        bool isEmpty = slot.Instance is null;
        // The versions of a key grow: whoever read it long ago has nothing to tell.
        if (isEmpty || slot.Tag != tag || slot.Version < version)
        {
            slot.Instance = instance;
            slot.Version = version;
            slot.Tag = tag;
            slot.IsUsed = false;
        }

        Unlock(ref slot, sequence);
        if (isEmpty)
            Interlocked.Increment(ref _count);
    }

    /// <summary>Lets go of every instance, but for those that are being put at this moment. Takes time in proportion to the capacity.</summary>
    public void Clear()
    {
        foreach (ref FrontSlot slot in _slots.AsSpan())
        {
            if (slot.Instance is null || !TryLock(ref slot, out long sequence))
                continue;
            bool wasThere = slot.Instance is not null;
            slot.Instance = null;
            Unlock(ref slot, sequence);
            if (wasThere)
                Interlocked.Decrement(ref _count);
        }
    }

    // The place of the key's former instance, else an empty one, else the first that was not used since the hand last came by.
    private ref FrontSlot PlaceFor(int setIndex, uint tag)
    {
        Span<FrontSlot> set = SetOf(setIndex);
        int empty = -1;
        for (uint way = 0; way < Ways; way++)
        {
            int at = (int)((tag + way) % Ways);
            if (set[at].Instance is null)
                empty = empty < 0 ? at : empty;
            else if (set[at].Tag == tag)
                return ref set[at];
        }

        if (empty >= 0)
            return ref set[empty];
        // Two writers may move one hand at once: each still finds a place in at most two turns.
        ref byte hand = ref _hands[setIndex];
        for (int passed = 0; passed < Ways && set[hand].IsUsed; passed++)
        {
            set[hand].IsUsed = false;
            hand = (byte)((hand + 1) % Ways);
        }

        int chosen = hand;
        hand = (byte)((chosen + 1) % Ways);
        return ref set[chosen];
    }

    private static uint TagOf(ulong hash) => (uint)hash;

    private int SetIndexOf(ulong hash) => (int)Math.BigMul(hash, (ulong)_hands.Length, out _);

    private Span<FrontSlot> SetOf(int setIndex) => _slots.AsSpan(setIndex * Ways, Ways);

    private static bool IsLocked(long sequence) => (sequence & 1) != 0;

    private static bool TryLock(ref FrontSlot slot, out long sequence)
    {
        sequence = Volatile.Read(ref slot.Sequence);
        if (IsLocked(sequence) || Interlocked.CompareExchange(ref slot.Sequence, sequence + 1, sequence) != sequence)
            return false;
        Volatile.WriteBarrier();
        return true;
    }

    private static void Unlock(ref FrontSlot slot, long sequence) => Volatile.Write(ref slot.Sequence, sequence + 2);
}
