namespace Strata.Entries;

/// <summary>The times of an entry to be written: what the engine keeps as times, and what the notes say about them.</summary>
/// <remarks>The engine's soft time is when a read must look closer: because the value is stale then, is to be refreshed, or its sliding time is to begin anew.</remarks>
internal readonly ref struct EntryLife
{
    /// <summary>A sliding entry is written at most once in such a part of its window.</summary>
    private const int WindowParts = 16;

    /// <summary>A probabilistic refresh further from the end than so many load times is rarer than one in e to this power, and left out.</summary>
    private const double FarthestRefresh = 10;

    /// <summary>When the engine drops the entry; <c>null</c> for never.</summary>
    public TimeSpan? Hard { get; private init; }

    /// <summary>From when a read must look closer; <c>null</c> for never.</summary>
    public TimeSpan? Soft { get; private init; }

    public NoteFlags Flags { get; private init; }

    public long GraceMs { get; private init; }

    public long WindowMs { get; private init; }

    public long EndMs { get; private init; }

    /// <summary>How long it is to be fresh, before jitter, when that adapts.</summary>
    public long LifeMs { get; private init; }

    /// <summary>The times of a value.</summary>
    /// <param name="policy">How it is kept.</param>
    /// <param name="ttl">How long it is fresh, before jitter; <c>null</c> or infinite for ever.</param>
    /// <param name="loadMs">How long it took to load; 0 when it was not loaded.</param>
    /// <param name="nowMs">The cache's clock.</param>
    public static EntryLife OfValue(EntryPolicy policy, TimeSpan? ttl, int loadMs, long nowMs)
    {
        TimeSpan? fresh = ttl == Timeout.InfiniteTimeSpan ? null : ttl is { } given && policy.Jitter > 0 ? Shortened(given, policy.Jitter) : ttl;
        if (policy.SlidingWindow is { } window)
        {
            return new()
            {
                Hard = fresh < window ? fresh : window,
                Soft = fresh < WindowStep(window) ? fresh : WindowStep(window),
                Flags = NoteFlags.Window | (fresh is null ? 0 : NoteFlags.End),
                WindowMs = (long)window.TotalMilliseconds,
                EndMs = fresh is { } end ? nowMs + (long)end.TotalMilliseconds : 0,
            };
        }

        if (fresh is not { } life)
            return default;
        bool isAdaptive = policy.AdaptiveTtl is not null;
        TimeSpan grace = policy.StaleGrace ?? (isAdaptive ? life : TimeSpan.Zero);
        if (grace > EntryOptions.MaxTtl - life)
            grace = EntryOptions.MaxTtl - life;
        TimeSpan? refresh = RefreshTime(policy, life, loadMs);
        return new()
        {
            Hard = life + grace,
            Soft = refresh ?? (grace > TimeSpan.Zero ? life : null),
            Flags = (refresh is null ? NoteFlags.None : NoteFlags.Grace | NoteFlags.Load) | (isAdaptive ? NoteFlags.Grace | NoteFlags.Life : NoteFlags.None),
            GraceMs = (long)grace.TotalMilliseconds,
            LifeMs = isAdaptive ? (long)ttl!.Value.TotalMilliseconds : 0,
        };
    }

    /// <summary>How long after a sliding entry's window began anew it is left alone.</summary>
    public static TimeSpan WindowStep(TimeSpan window) => AtLeastOneMs(window / WindowParts);

    /// <summary>The times of an entry that says there is no value.</summary>
    public static EntryLife OfNothing(TimeSpan negativeTtl) => new() { Hard = negativeTtl == Timeout.InfiniteTimeSpan ? null : negativeTtl, Flags = NoteFlags.Nothing };

    /// <summary>The times of a value that is stale already.</summary>
    public static EntryLife OfStale(TimeSpan grace) => new() { Hard = grace, Soft = TimeSpan.Zero };

    private static TimeSpan? RefreshTime(EntryPolicy policy, TimeSpan life, int loadMs)
    {
        if (policy.EagerRefresh is { } share)
            return AtLeastOneMs(life * share);
        if (policy.ProbabilisticRefresh is { } beta && loadMs > 0)
            return AtLeastOneMs(life - TimeSpan.FromMilliseconds(beta * loadMs * FarthestRefresh));
        return null;
    }

    private static TimeSpan Shortened(TimeSpan life, double jitter) => AtLeastOneMs(life * (1 - jitter * Random.Shared.NextDouble()));

    private static TimeSpan AtLeastOneMs(TimeSpan time) => time < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : time;
}
