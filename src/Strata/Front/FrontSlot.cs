namespace Strata.Front;

/// <summary>A place for one instance: 32 bytes, two in a cache line.</summary>
internal struct FrontSlot
{
    /// <summary>The instance; <c>null</c> in an empty place.</summary>
    public object? Instance;

    /// <summary>The version of the entry whose value it is.</summary>
    public long Version;

    /// <summary>Odd while a writer is at work; another number after each.</summary>
    public long Sequence;

    /// <summary>Some bits of the key's hash.</summary>
    public uint Tag;

    /// <summary>Whether it was found since the clock's hand last came by.</summary>
    public bool IsUsed;
}
