using Strata.Engine.Layout;

namespace Strata.Engine.Index;

/// <summary>The slots of one chain, under the stripe's lock. The chain must not change meanwhile.</summary>
internal unsafe ref struct SlotEnumerator(IndexRoot* root, IndexBucket* bucket)
{
    private IndexBucket* _bucket = bucket;
    private int _next;

    public IndexSlot Current { get; private set; }

    public readonly SlotEnumerator GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_bucket != null)
        {
            if (_next < IndexBucket.SlotCount)
            {
                Current = new IndexSlot(_bucket->Slots[_next++]);
                if (!Current.IsEmpty)
                    return true;
            }

            int link = IndexBucket.LinkOf(_bucket->Head);
            _bucket = link == 0 ? null : root->Overflow(link);
            _next = 0;
        }

        return false;
    }
}
