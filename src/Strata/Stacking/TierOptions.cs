using System.Globalization;
using Strata.Entries;
using Strata.Guards;

namespace Strata.Stacking;

/// <summary>
/// How a cache uses one of its tiers. Immutable, and checked when it is made: an <see cref="ArgumentException"/> names the setting, its value and the bounds.
/// </summary>
public sealed record TierOptions
{
    private const int MostPendingKeys = 16 << 20;
    private static readonly TimeSpan s_maxFlushTime = TimeSpan.FromDays(1);

    /// <summary>The longest that the tier keeps an entry: what should live longer, or for ever, is written with this. More than zero and at most <see cref="EntryOptions.MaxTtl"/>. <c>null</c>, the default: as long as the entry says.</summary>
    public TimeSpan? MaxTtl
    {
        get;
        init
        {
            if (value is { } ttl && ttl != Timeout.InfiniteTimeSpan)
                EntryOptions.ThrowIfNotTtl(ttl, nameof(MaxTtl));
            field = value == Timeout.InfiniteTimeSpan ? null : value;
        }
    }

    /// <summary>Whether reads ask the tier. Default <c>true</c>.</summary>
    public bool IsRead { get; init; } = true;

    /// <summary>Whether values are written to the tier. Default <c>true</c>. A former value that it has comes back when an entry has left the tiers before it. Removals and invalidations reach it in any case.</summary>
    public bool IsWritten { get; init; } = true;

    /// <summary>
    /// Whether values are written behind: a write is done when it is in the queue, and the tier gets it soon after. Removals and invalidations still wait for the tier, in their order among the queued values. Default <c>false</c>.
    /// What is queued when the process dies is lost, and a durable or shared tier may have an older value then.
    /// </summary>
    public bool WritesBehind { get; init; }

    /// <summary>
    /// How many keys are remembered whose last write the tier has not got: queued, or failed. Default 65,536; 1 to 16,777,216. When there are more, all of them are forgotten, and the tier is cleared before anything is read from it again.
    /// </summary>
    public int MaxPendingKeys
    {
        get;
        init => field = value is >= 1 and <= MostPendingKeys ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxPendingKeys), value, string.Create(CultureInfo.InvariantCulture, $"{nameof(MaxPendingKeys)} is {value}; it must be 1 to {MostPendingKeys}."));
    } = 65_536;

    /// <summary>
    /// The memory for what the tier has not got, in bytes of keys, tags and values. Default 16 MiB; 64 KiB to 64 GiB. A value that does not fit is dropped and counted: its key is removed from the tier instead.
    /// </summary>
    public long MaxPendingBytes
    {
        get;
        init => field = value is >= 64 << 10 and <= 64L << 30 ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxPendingBytes), value, string.Create(CultureInfo.InvariantCulture, $"{nameof(MaxPendingBytes)} is {value}; it must be {64 << 10} to {64L << 30} bytes."));
    } = 16 << 20;

    /// <summary>How long the disposal of a cache waits for what is queued, while the tier answers. Default 5 seconds; zero to 1 day.</summary>
    public TimeSpan FlushTime
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= s_maxFlushTime ? value
            : throw new ArgumentOutOfRangeException(nameof(FlushTime), value, $"{nameof(FlushTime)} is {value}; it must be zero to {s_maxFlushTime}.");
    } = TimeSpan.FromSeconds(5);

    /// <summary>How the tier is guarded, also if it is of this process and volatile. <c>null</c>, the default: as <see cref="TieredCacheOptions.Guard"/> says.</summary>
    public GuardOptions? Guard { get; init; }
}
