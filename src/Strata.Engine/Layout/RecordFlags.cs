namespace Strata.Engine.Layout;

/// <summary>What a record's header announces. The first four each stand for one optional word of 8 bytes, in this order.</summary>
[Flags]
internal enum RecordFlags : uint
{
    /// <summary>A word with the millisecond from which reads answer that the entry is stale; never later than its expiry.</summary>
    Soft = 1,

    /// <summary>A word with the millisecond of the store's clock at which the entry expires.</summary>
    Expiry = 2,

    /// <summary>A word with the entry's version.</summary>
    Version = 4,

    /// <summary>A word with the index of the first page of a chain that holds the value's end.</summary>
    Chain = 8,

    /// <summary>No slot points here any more. Written by the holder of the stripe's lock after the slot was cleared.</summary>
    Dead = 16,

    /// <summary>The value is so long that the header has a second word, or there are notes. Set by the header itself.</summary>
    Wide = 32,

    /// <summary>The key is one of those that the estimates of hit ratios follow: its reads take the general path, which tells them.</summary>
    Watched = 64,

    /// <summary>The caller's mark: plain reads deliver nothing.</summary>
    Marked = 128,

    /// <summary>The words that limit how long a read may take the entry for fresh.</summary>
    Times = Soft | Expiry,

    OptionalWords = Soft | Expiry | Version | Chain,
}
