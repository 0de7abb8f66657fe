namespace Strata.Engine.Memory;

/// <summary>The addresses of the pages that serve one purpose, one behind the other, in memory that stays when the store ends.</summary>
internal readonly unsafe struct PageTable(ulong* start, int limit)
{
    /// <summary>The first address.</summary>
    public ulong* Start => start;

    /// <summary>How many addresses there is room for.</summary>
    public int Limit => limit;

    public byte* this[int index]
    {
        get => (byte*)start[index];
        set => start[index] = (ulong)value;
    }
}
