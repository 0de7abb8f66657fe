using System.Diagnostics.CodeAnalysis;

namespace Strata.Front;

/// <summary>
/// Instances of immutable types, found by the hash of their entry's key and good for one version of it. It never says whether an instance may be served: whoever finds one asks the store whether the entry
/// still has that version. So what it forgets or keeps too long costs time or memory, never a wrong answer.
/// </summary>
/// <remarks>
/// Sets of sixteen places, whose tags fill a cache line, each set a clock of its own; what finds its set full may be in a second one. Finding takes no lock and writes nothing but the mark of use, once in a turn of the
/// hand. A writer locks a single place, by making its sequence odd, and goes away when another one was there first. Tags are hints; what counts is in the place.
/// </remarks>
internal sealed class ObjectFront(ObjectFrontOptions options)
{
    private const int Ways = ObjectFrontOptions.MinCapacity;
    private const uint NoTag = 0;

    /// <summary>An odd number whose product depends on every bit of the hash: 2^64 over the golden ratio.</summary>
    private const ulong SecondSetFactor = 0x9E37_79B9_7F4A_7C15;

    private readonly FrontSlot[] _slots = new FrontSlot[options.Capacity / Ways * Ways];
    private readonly uint[] _tags = new uint[options.Capacity / Ways * Ways];
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
        int set = FirstSetOf(hash);
        int at = Find(set, tag);
        if (at < 0 && Find(set, NoTag) < 0)
            at = Find(SecondSetOf(hash), tag);
        instance = null;
        version = 0;
        if (at < 0)
            return false;
        ref FrontSlot slot = ref _slots[at];
        long sequence = Volatile.Read(ref slot.Sequence);
        bool isHere = slot.Tag == tag && !IsLocked(sequence);
        instance = slot.Instance;
        version = slot.Version;
        // A writer that came in between has changed the sequence before anything else.
        Volatile.ReadBarrier();
        if (!isHere || instance is null || Volatile.Read(ref slot.Sequence) != sequence)
            return false;
        if (!slot.IsUsed)
            slot.IsUsed = true;
        return true;
    }

    /// <summary>Keeps the instance of an entry, instead of an older one of its key, or of one that the clock gives up. It may be left out when others write to the same place.</summary>
    /// <param name="hash">The store's hash of the key.</param>
    /// <param name="version">The version of the entry that was written from the instance, or that it was read from.</param>
    /// <param name="instance">The instance.</param>
    public void Put(ulong hash, long version, object instance)
    {
        uint tag = TagOf(hash);
        int at = PlaceFor(hash, tag);
        ref FrontSlot slot = ref _slots[at];
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
            _tags[at] = tag;
        }

        Unlock(ref slot, sequence);
        if (isEmpty)
            Interlocked.Increment(ref _count);
    }

    /// <summary>Lets go of every instance, but for those that are being put at this moment. Takes time in proportion to the capacity.</summary>
    public void Clear()
    {
        for (int at = 0; at < _slots.Length; at++)
        {
            ref FrontSlot slot = ref _slots[at];
            if (slot.Instance is null || !TryLock(ref slot, out long sequence))
                continue;
            bool wasThere = slot.Instance is not null;
            slot.Instance = null;
            _tags[at] = NoTag;
            Unlock(ref slot, sequence);
            if (wasThere)
                Interlocked.Decrement(ref _count);
        }
    }

    // The place of the key's former instance, else an empty one, else the first in its first set that was not used since the hand came by.
    private int PlaceFor(ulong hash, uint tag)
    {
        int set = FirstSetOf(hash);
        foreach (int candidate in (ReadOnlySpan<int>)[set, SecondSetOf(hash)])
        {
            if (Find(candidate, tag) is >= 0 and int former)
                return former;
            if (Find(candidate, NoTag) is >= 0 and int empty)
                return empty;
        }

        // Two writers may move one hand at a time: each still stops within a turn.
        ref byte hand = ref _hands[set];
        for (int passed = 0; passed < Ways && _slots[set * Ways + hand].IsUsed; passed++)
        {
            _slots[set * Ways + hand].IsUsed = false;
            hand = (byte)((hand + 1) % Ways);
        }

        int chosen = set * Ways + hand;
        hand = (byte)((hand + 1) % Ways);
        return chosen;
    }

    // The first place of a set that seems to have a tag; -1 for none.
    private int Find(int set, uint tag)
    {
        int way = _tags.AsSpan(set * Ways, Ways).IndexOf(tag);
        return way < 0 ? way : set * Ways + way;
    }

    private static uint TagOf(ulong hash) => Math.Max((uint)hash, NoTag + 1);

    private int FirstSetOf(ulong hash) => (int)Math.BigMul(hash, (ulong)_hands.Length, out _);

    private int SecondSetOf(ulong hash) => FirstSetOf(hash * SecondSetFactor);

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
