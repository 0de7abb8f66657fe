using Strata.Engine;

namespace Strata.Entries;

/// <summary>What a look at an entry saw beside its payload.</summary>
internal record struct EntrySight
{
    /// <summary>Whether the value, though fresh, should be renewed in the background.</summary>
    public bool WantsRefresh { get; set; }

    /// <summary>Its version; 0 when it was written without one.</summary>
    public long Version { get; private init; }

    /// <summary>How long it was to be fresh, in milliseconds, when its time to live adapts; else 0.</summary>
    public long LifeMs { get; private init; }

    /// <summary>How long ago it was written, in milliseconds, when its time to live adapts; else 0.</summary>
    public long AgeMs { get; private init; }

    /// <summary>How long it lives on, in milliseconds; <see cref="long.MaxValue"/> for ever.</summary>
    public long ExpiresInMs { get; private init; }

    public static EntrySight Of(in EntryInfo info, in EntryNotes notes) => new()
    {
        ExpiresInMs = info.ExpiresInMs,
        Version = info.Version,
        LifeMs = notes.LifeMs,
        AgeMs = notes.Has(NoteFlags.Life) ? Math.Max(0, notes.LifeMs - notes.FreshMs(info.ExpiresInMs)) : 0,
    };
}
