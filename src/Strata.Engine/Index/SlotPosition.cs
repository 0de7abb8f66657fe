using Strata.Engine.Layout;

namespace Strata.Engine.Index;

/// <summary>Where a slot stands. Valid while the stripe's lock is held and nothing else was inserted or removed.</summary>
internal readonly unsafe struct SlotPosition(IndexBucket* head, IndexBucket* bucket, int slot)
{
    /// <summary>The first bucket of the chain, which carries its version.</summary>
    public IndexBucket* Head { get; } = head;

    public IndexBucket* Bucket { get; } = bucket;

    /// <summary>0 to 6.</summary>
    public int Slot { get; } = slot;

    public IndexSlot Value => new(Volatile.Read(ref Bucket->Slots[Slot]));
}
