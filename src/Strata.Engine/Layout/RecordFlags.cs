namespace Strata.Engine.Layout;

/// <summary>What a record's header announces. The first three each stand for one optional word of 8 bytes, in this order.</summary>
[Flags]
internal enum RecordFlags : uint
{
    /// <summary>A word with the millisecond of the store's clock at which the entry expires.</summary>
    Expiry = 1,

    /// <summary>A word with the entry's version.</summary>
    Version = 2,

    /// <summary>A word with the index of the first page of a chain that holds the value's end.</summary>
    Chain = 4,

    /// <summary>No slot points here any more. Written by the holder of the stripe's lock after the slot was cleared.</summary>
    Dead = 8,

    /// <summary>The value is so long that the header has a second word. Set by the header itself.</summary>
    Wide = 16,

    /// <summary>The key is one of those that the estimates of hit ratios follow: its reads take the general path, which tells them.</summary>
    Watched = 32,

    OptionalWords = Expiry | Version | Chain,
}
