using StackExchange.Redis;
using Strata.Entries;

namespace Strata.Redis;

/// <summary>How a <see cref="RedisTier"/> finds its server and keeps its entries. Give either <see cref="Configuration"/> or <see cref="Multiplexer"/>.</summary>
/// <remarks>Immutable. It does not print its members, since <see cref="Configuration"/> may hold a password.</remarks>
public sealed class RedisTierOptions
{
    /// <summary>The longest <see cref="KeyPrefix"/>, in bytes.</summary>
    public const int MaxPrefixBytes = 128;

    /// <summary>The largest <see cref="MaxValueBytes"/>: 512 MiB, which is what Redis takes.</summary>
    public const int LargestValueBytes = 512 << 20;

    /// <summary>
    /// Where the server is, in the words of StackExchange.Redis, for example <c>localhost:6379,password=…,ssl=true</c>. With <see cref="SentinelService"/> these are the sentinels. The connection is the tier's own and ends with it.
    /// <c>abortConnect=false</c> lets the tier begin without a server; it answers that it is faulted until there is one. Default: <c>null</c>.
    /// </summary>
    public string? Configuration { get; init; }

    /// <summary>A connection of the caller's, which stays the caller's to dispose. Default: <c>null</c>.</summary>
    public IConnectionMultiplexer? Multiplexer { get; init; }

    /// <summary>The name under which the sentinels of <see cref="Configuration"/> know the master; it is followed when another server takes its place. <c>null</c>, the default: there are no sentinels.</summary>
    public string? SentinelService { get; init; }

    /// <summary>
    /// What the keys of this cache begin with: 1 to <see cref="MaxPrefixBytes"/> printable ASCII characters without <c>/</c> and <c>#</c>. An entry is kept under <c>prefix/key</c>, what is known of a tag under <c>prefix#tag</c>.
    /// Caches with different prefixes share a database and never see each other. Default: <c>strata</c>.
    /// </summary>
    public string KeyPrefix { get; init; } = "strata";

    /// <summary>The number of the database. -1, the default: the one of the connection. A cluster has 0 only.</summary>
    public int Database { get; init; } = -1;

    /// <summary>The time to live of entries that have none of their own, more than zero and at most <see cref="EntryOptions.MaxTtl"/>. <c>null</c>, the default: they do not expire.</summary>
    public TimeSpan? DefaultTtl { get; init; }

    /// <summary>
    /// How long a removal is remembered, and so the age up to which a loaded value is taken: one that began before could have missed a removal. 1 second to 1 hour. Default: 1 minute.
    /// </summary>
    public TimeSpan TombstoneLife { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After which time an unanswered command counts as failed, 1 millisecond to 10 minutes. Default: 5 seconds.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest value taken, 1 byte to <see cref="LargestValueBytes"/>. A longer one is refused. Default: 64 MiB.</summary>
    public int MaxValueBytes { get; init; } = 64 << 20;

    /// <summary>The tier's name in statistics. Default: <c>redis</c>.</summary>
    public string Name { get; init; } = "redis";

    /// <summary>This node's clock; it must be the one that the cache in front uses. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void ThrowIfInvalid()
    {
        if (Configuration is null == Multiplexer is null)
            throw new ArgumentException($"{nameof(Configuration)} and {nameof(Multiplexer)}: give one of them; {(Multiplexer is null ? "neither is" : "both are")} set.");
        if (SentinelService is not null && Configuration is null)
            throw new ArgumentException($"{nameof(SentinelService)} needs the sentinels in {nameof(Configuration)}; a {nameof(Multiplexer)} follows its own master.");
        if (SentinelService is { Length: 0 })
            throw new ArgumentException($"{nameof(SentinelService)} is empty; it is the name under which the sentinels know the master.");
        ArgumentNullException.ThrowIfNull(KeyPrefix);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentException.ThrowIfNullOrEmpty(Name);
        if (KeyPrefix.Length is 0 or > MaxPrefixBytes)
            throw new ArgumentException($"{nameof(KeyPrefix)} has {KeyPrefix.Length} characters; it has 1 to {MaxPrefixBytes}.");
        if (KeyPrefix.AsSpan().ContainsAnyExceptInRange('!', '~') || KeyPrefix.AsSpan().ContainsAny('/', '#'))
            throw new ArgumentException($"{nameof(KeyPrefix)} has a character that is not printable ASCII, or one of '/' and '#', which end it.");
        ThrowIfOutside(Database, -1, int.MaxValue, nameof(Database), "");
        ThrowIfOutside(MaxValueBytes, 1, LargestValueBytes, nameof(MaxValueBytes), " bytes");
        ThrowIfOutside(TombstoneLife.TotalMilliseconds, 1_000, 3_600_000, nameof(TombstoneLife), " ms");
        ThrowIfOutside(OperationTimeout.TotalMilliseconds, 1, 600_000, nameof(OperationTimeout), " ms");
        if (DefaultTtl is { } ttl)
            ThrowIfOutside(ttl.TotalMilliseconds, 1, EntryOptions.MaxTtl.TotalMilliseconds, nameof(DefaultTtl), " ms");
    }

    private static void ThrowIfOutside(double value, double least, double most, string name, string unit)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}{unit}; it must be {least} to {most}{unit}.");
    }
}
