using Strata.Redis.Entries;
using Strata.Tiers;

namespace Strata.Redis;

/// <summary>A value that a load brought, on its way to the server. Only the call that offers it changes it.</summary>
/// <param name="key">The key of the entry.</param>
/// <param name="value">The value.</param>
/// <param name="rest">Its <see cref="EntryMeta.Rest"/>.</param>
/// <param name="start">When its load began, on this node's monotonic clock.</param>
internal sealed class LoadedValue(byte[] key, byte[] value, byte[] rest, long start)
{
    public byte[] Key => key;

    public byte[] Value => value;

    public byte[] Rest => rest;

    public long Start => start;

    /// <summary>The stamp it was offered with last.</summary>
    public long StampUs { get; set; }

    /// <summary>A stamp that is no higher is of no use: the server has it, or one that is newer, or it is too long ago.</summary>
    public long FloorUs { get; set; } = long.MinValue;

    /// <summary>How it ended; <c>null</c> while nobody knows.</summary>
    public TierWriteStatus? Status { get; set; }
}
