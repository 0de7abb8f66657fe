using Strata.Engine;
using Strata.Entries;
using Strata.Flights;

namespace Strata;

/// <summary>From the options of a call to how memory keeps its entry.</summary>
public sealed partial class TieredCache
{
    private TimeSpan? TtlOf(in EntryOptions options) => options.Ttl ?? options.Policy?.Ttl ?? PolicyOf(options).AdaptiveTtl?.Least ?? _defaultTtl;

    // null and infinite are both for ever.
    private static TimeSpan? Shorter(TimeSpan? ttl, TimeSpan? most) => most is null || (ttl != Timeout.InfiniteTimeSpan && ttl < most) ? ttl : most;

    /// <summary>Names the time to live for tiers behind. Reads of memory do not reach them, so they keep a sliding entry for one window at most.</summary>
    private EntryOptions ForTiers(in EntryOptions options) => options with { Ttl = Shorter(TtlOf(options), PolicyOf(options).SlidingWindow) };

    /// <summary>Gives a loaded value the life that its key has come to, unless the call or the factory named one.</summary>
    private EntryOptions Adapted(Flight flight, ReadOnlySpan<byte> payload, in EntryOptions options) =>
        options.Ttl is null && PolicyOf(options).AdaptiveTtl is { } adaptive ? options with { Ttl = adaptive.Next(flight.Former, payload) } : options;

    /// <summary>Says how an entry is to be kept.</summary>
    /// <param name="options">What the caller, or the factory, asked for.</param>
    /// <param name="isNothing">Whether the entry says that there is no value.</param>
    /// <param name="loadMs">How long the value took to load; 0 when it was not loaded.</param>
    /// <param name="sequence">What the value is newer than: <see cref="Tiers.MemoryTier.Sequence"/> before it was read or its load began.</param>
    /// <param name="tagBytes">The ids of its tags.</param>
    /// <param name="notes">Room for the notes, <see cref="EntryNotes.MaxBytes"/>; the result refers to it.</param>
    /// <param name="isCompressed">Whether the payload is kept compressed.</param>
    /// <param name="isStale">Whether only the grace is left of it.</param>
    private WriteOptions Compose(in EntryOptions options, bool isNothing, int loadMs, long sequence, scoped ReadOnlySpan<byte> tagBytes, Span<byte> notes, bool isCompressed = false, bool isStale = false)
    {
        EntryPolicy policy = PolicyOf(options);
        EntryLife life = isNothing ? EntryLife.OfNothing(policy.NegativeTtl!.Value)
            : isStale ? EntryLife.OfStale(Shorter(options.Ttl, policy.StaleGrace)!.Value)
            : EntryLife.OfValue(policy, Shorter(TtlOf(options), policy.MemoryTtl), loadMs, policy.SlidingWindow is null ? 0 : NowMs);
        var note = new EntryNotes { Flags = life.Flags, GraceMs = life.GraceMs, WindowMs = life.WindowMs, EndMs = life.EndMs, LoadMs = loadMs, LifeMs = life.LifeMs, TagBytes = tagBytes };
        note.SetSequence(sequence);
        if (isCompressed)
            note.Flags |= NoteFlags.Compressed;
        return new WriteOptions
        {
            Ttl = life.Hard ?? Timeout.InfiniteTimeSpan,
            SoftTtl = life.Soft,
            Notes = notes[..note.Write(notes)],
            IsMarked = isNothing || isCompressed,
            Versioned = policy.IsVersioned,
            Priority = (Engine.EntryPriority)policy.Priority,
        };
    }
}
