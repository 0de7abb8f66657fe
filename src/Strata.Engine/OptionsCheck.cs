using System.Numerics;
using Strata.Engine.Insight;

namespace Strata.Engine;

/// <summary>The bounds of options and arguments, with messages that name what was given and what is allowed.</summary>
internal static class OptionsCheck
{
    public static void Validate(ByteStoreOptions options)
    {
        InRange(options.CapacityBytes, ByteStoreOptions.MinCapacityBytes, ByteStoreOptions.LimitCapacityBytes, nameof(options.CapacityBytes));
        if (options.MaxCapacityBytes != 0)
            InRange(options.MaxCapacityBytes, options.CapacityBytes, ByteStoreOptions.LimitCapacityBytes, nameof(options.MaxCapacityBytes));
        if (options.MaxValueBytes != 0)
            InRange(options.MaxValueBytes, 1, LargestValue(options.CapacityBytes), nameof(options.MaxValueBytes));
        InRange(options.RemovalValueBytes, 0, ByteStoreOptions.LimitRemovalValueBytes, nameof(options.RemovalValueBytes));
        InRange(options.RemovalQueueBytes, 0, options.CapacityBytes / ByteStoreOptions.RemovalQueueShare, nameof(options.RemovalQueueBytes));
        if (options.DefaultTtl is { } ttl)
            TtlMs(ttl, nameof(options.DefaultTtl));
        if (!Enum.IsDefined(options.Favor))
            throw new ArgumentOutOfRangeException(nameof(options), options.Favor, $"Favor is {options.Favor}; it must be {nameof(EvictionGoal.ObjectHits)} or {nameof(EvictionGoal.ByteHits)}.");
        if (options.TimeProvider is null)
            throw new ArgumentNullException(nameof(options), "TimeProvider is null; leave it at TimeProvider.System or set another.");
        if (options.SlabBytes != 0)
            PowerInRange(options.SlabBytes, StoreLayout.MinSlabBytes, StoreLayout.MaxSlabBytes, nameof(options.SlabBytes));
        if (options.StripeCount != 0)
            PowerInRange(options.StripeCount, 1, StoreLayout.MaxStripes, nameof(options.StripeCount));
    }

    /// <summary>A capacity that is set at run time.</summary>
    public static void Capacity(long capacityBytes, long leastBytes, long mostBytes)
    {
        if (capacityBytes < leastBytes || capacityBytes > mostBytes)
            throw new ArgumentOutOfRangeException(nameof(capacityBytes), capacityBytes, $"{nameof(capacityBytes)} is {capacityBytes}; this store takes {leastBytes} (MinCapacityBytes) to {mostBytes} (MaxCapacityBytes).");
    }

    public static void Validate(InsightOptions options)
    {
        InRange(options.SampledEntries, 1, int.MaxValue, nameof(options.SampledEntries));
        InRange(options.TopKeys, 0, HotKeys.KeptCount, nameof(options.TopKeys));
    }

    /// <summary>The longest value for a capacity: a quarter of it, and at most 1 GiB.</summary>
    public static long LargestValue(long capacityBytes) => Math.Min(ByteStoreOptions.LimitValueBytes, capacityBytes / 4);

    /// <summary>A time to live in whole milliseconds, at least one; 0 for one that never ends.</summary>
    public static long TtlMs(TimeSpan ttl, string name)
    {
        if (ttl == Timeout.InfiniteTimeSpan)
            return 0;
        if (ttl <= TimeSpan.Zero || ttl > WriteOptions.MaxTtl)
            throw new ArgumentOutOfRangeException(name, ttl, $"{name} is {ttl}; it must be positive and at most {WriteOptions.MaxTtl}, or Timeout.InfiniteTimeSpan.");
        return Math.Max(1, ttl.Ticks / TimeSpan.TicksPerMillisecond);
    }

    /// <summary>A soft time in whole milliseconds, at most the time to live, which is 0 when there is none; 0 for one that never ends.</summary>
    public static long SoftTtlMs(TimeSpan? softTtl, long ttlMs)
    {
        long softMs = softTtl is { } soft ? TtlMs(soft, nameof(softTtl)) : 0;
        if (ttlMs != 0 && softMs > ttlMs)
            throw new ArgumentOutOfRangeException(nameof(softTtl), softTtl, $"{nameof(softTtl)} is {softTtl}; it must be at most the time to live, {ttlMs} ms.");
        return softMs;
    }

    public static void Options(in WriteOptions options)
    {
        if (options.Notes.Length > WriteOptions.MaxNotesBytes)
            throw new ArgumentException($"The notes have {options.Notes.Length} bytes; an entry takes at most {WriteOptions.MaxNotesBytes} (MaxNotesBytes).", nameof(options));
        if (options.Priority is < EntryPriority.Low or > EntryPriority.High)
            throw new ArgumentOutOfRangeException(nameof(options), options.Priority, $"Priority is {(int)options.Priority}; it must be {EntryPriority.Low}, {EntryPriority.Normal} or {EntryPriority.High}.");
    }

    public static void NotesRoom(int lengthBytes)
    {
        if (lengthBytes < WriteOptions.MaxNotesBytes)
            throw new ArgumentException($"The destination of the notes has {lengthBytes} bytes; it needs {WriteOptions.MaxNotesBytes} (MaxNotesBytes).", "notes");
    }

    public static void ThrowKeyLength(int length) =>
        throw new ArgumentException($"The key has {length} bytes; a key has 1 to {ByteStoreOptions.MaxKeyBytes}.", "key");

    public static void ThrowValueLength(long length, long limit) =>
        throw new ArgumentException($"The value has {length} bytes; this store accepts at most {limit} (MaxValueBytes).", "value");

    private static void InRange(long value, long least, long most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be from {least} to {most}.");
    }

    private static void PowerInRange(int value, int least, int most, string name)
    {
        InRange(value, least, most, name);
        if (!BitOperations.IsPow2(value))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be a power of two.");
    }
}
