namespace Strata.Engine.Eviction;

/// <summary>A first-in-first-out list of nodes, with the sum of their bytes.</summary>
internal struct ShadowList(ShadowNode[] nodes)
{
    private int _last;

    public int First { get; private set; }

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public void Append(int node)
    {
        nodes[node].Next = 0;
        if (First == 0)
            First = node;
        else
            nodes[_last].Next = (ushort)node;
        _last = node;
        Count++;
        Bytes += nodes[node].Bytes;
    }

    public int TakeFirst()
    {
        int node = First;
        First = nodes[node].Next;
        Count--;
        Bytes -= nodes[node].Bytes;
        return node;
    }
}
