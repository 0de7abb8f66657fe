using System.Collections.Immutable;
using System.Globalization;

namespace Strata.Entries;

/// <summary>
/// How entries of one kind are kept, loaded and refreshed. Make one for each kind of value, keep it in a static field, and give it to every call; it converts to
/// <see cref="EntryOptions"/>. Derive others with <c>with</c>.
/// </summary>
/// <remarks>
/// Immutable and safe for any number of threads. Every setting is checked when it is made, alone and against the others: settings that contradict each other are refused with an
/// <see cref="ArgumentException"/> that names both. What is left <c>null</c> is off, or as the cache has it.
/// </remarks>
public sealed record EntryPolicy
{
    private const double MostJitter = 0.9;
    private const double MostBeta = 10;
    private const TierAccess AnyAccess = TierAccess.SkipMemoryRead | TierAccess.SkipMemoryWrite | TierAccess.SkipTierRead | TierAccess.SkipTierWrite;

    /// <summary>
    /// How long a value is fresh: more than zero and at most <see cref="EntryOptions.MaxTtl"/>, in whole milliseconds, or <see cref="Timeout.InfiniteTimeSpan"/>. <c>null</c>: the cache's default.
    /// </summary>
    public TimeSpan? Ttl
    {
        get;
        init
        {
            if (value is { } ttl)
                EntryOptions.ThrowIfNotTtl(ttl, nameof(Ttl));
            field = value;
            ThrowIfContradictory();
        }
    }

    /// <summary>
    /// How long memory keeps a value as fresh, where that is to be shorter than the <see cref="Ttl"/> of the tiers behind: then they are asked for it again, and without them it is loaded anew. What <see cref="StaleGrace"/> gives begins here for memory's copy.
    /// More than zero and at most <see cref="EntryOptions.MaxTtl"/>. <c>null</c>, the default: as long as it lives.
    /// </summary>
    public TimeSpan? MemoryTtl
    {
        get;
        init
        {
            field = Positive(value, nameof(MemoryTtl));
            ThrowIfContradictory();
        }
    }

    /// <summary>
    /// Has the time to live follow how often values change, in place of a fixed <see cref="Ttl"/>. A time to live that a call or a factory names counts for that value all the same. <c>null</c>: it does not adapt.
    /// </summary>
    public AdaptiveTtl? AdaptiveTtl
    {
        get;
        init
        {
            field = value;
            ThrowIfContradictory();
        }
    }

    /// <summary>
    /// An entry that is not read for so long expires; a read begins the time anew, with a write to the entry at most once in a sixteenth of it. With a <see cref="Ttl"/>, which then is at least as long, the entry
    /// ends at that in any case. Tiers behind do not slide: they keep it for one window after it was written, and what comes forward from them lives no longer than it had left there.
    /// </summary>
    public TimeSpan? SlidingWindow
    {
        get;
        init
        {
            field = Positive(value, nameof(SlidingWindow));
            ThrowIfContradictory();
        }
    }

    /// <summary>
    /// How long a value that is no longer fresh may still be served when a load fails, or is later than <see cref="SoftDeadline"/>. <c>null</c>: never.
    /// </summary>
    public TimeSpan? StaleGrace
    {
        get;
        init
        {
            field = Positive(value, nameof(StaleGrace));
            ThrowIfContradictory();
        }
    }

    /// <summary>After a failed load whose callers got a stale value: how long that value is served without another try. Default 5 seconds.</summary>
    public TimeSpan RetryDelay
    {
        get;
        init => field = Positive(value, nameof(RetryDelay))!.Value;
    } = TimeSpan.FromSeconds(5);

    /// <summary>How long callers wait for a load when there is a stale value to serve instead; the load goes on in the background. <c>null</c>: as long as it takes.</summary>
    public TimeSpan? SoftDeadline
    {
        get;
        init
        {
            field = Deadline(value, nameof(SoftDeadline));
            ThrowIfContradictory();
        }
    }

    /// <summary>
    /// How long a load may take. Then its token is cancelled, the key is free for another load, and its callers get a stale value if there is one, else a <see cref="TimeoutException"/>. The thread inside a
    /// synchronous factory is let go only when that returns. <c>null</c>: as long as it takes.
    /// </summary>
    public TimeSpan? HardDeadline
    {
        get;
        init
        {
            field = Deadline(value, nameof(HardDeadline));
            ThrowIfContradictory();
        }
    }

    /// <summary>The largest random share by which a time to live is shortened, 0 to 0.9, so that entries written together do not expire together. Default 0.</summary>
    public double Jitter
    {
        get;
        init => field = Between(value, 0, MostJitter, nameof(Jitter));
    }

    /// <summary>
    /// The share of the time to live, between 0 and 1, after which a read that may load starts to refresh the value in the background, and is answered with the one there is. <c>null</c>: no eager refresh.
    /// </summary>
    public double? EagerRefresh
    {
        get;
        init
        {
            field = value is { } share && !(share > 0 && share < 1) ? throw new ArgumentOutOfRangeException(nameof(EagerRefresh), share, Invariant($"{nameof(EagerRefresh)} is {share}; it is a share of the time to live, more than 0 and less than 1.")) : value;
            ThrowIfContradictory();
        }
    }

    /// <summary>
    /// Refreshes in the background at random, the more probably the nearer the end and the longer the last load took (Vattani, Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", 2015).
    /// The value is that paper's beta, more than 0 and at most 10; 1 is the usual one. <c>null</c>: no such refresh.
    /// </summary>
    public double? ProbabilisticRefresh
    {
        get;
        init
        {
            field = value is { } beta && !(beta > 0 && beta <= MostBeta) ? throw new ArgumentOutOfRangeException(nameof(ProbabilisticRefresh), beta, Invariant($"{nameof(ProbabilisticRefresh)} is {beta}; it is more than 0 and at most {MostBeta}.")) : value;
            ThrowIfContradictory();
        }
    }

    /// <summary>How long "there is no such value" is kept. <c>null</c>, the default: it is not, and a factory that returns <c>null</c> is an error.</summary>
    public TimeSpan? NegativeTtl
    {
        get;
        init
        {
            if (value is { } ttl)
                EntryOptions.ThrowIfNotTtl(ttl, nameof(NegativeTtl));
            field = value;
        }
    }

    /// <summary>How ready the cache is to drop such entries when it needs room. Default <see cref="EntryPriority.Normal"/>.</summary>
    public EntryPriority Priority
    {
        get;
        init => field = value is >= EntryPriority.Low and <= EntryPriority.High ? value
            : throw new ArgumentOutOfRangeException(nameof(Priority), value, Invariant($"{nameof(Priority)} is {(int)value}; it must be {(int)EntryPriority.Low} ({EntryPriority.Low}) to {(int)EntryPriority.High} ({EntryPriority.High})."));
    } = EntryPriority.Normal;

    /// <summary>About how long payloads are, in bytes, so that the buffer they are written to need not grow. Default 0: unknown.</summary>
    public int SizeHintBytes
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(SizeHintBytes), value, $"{nameof(SizeHintBytes)} is {value}; it is a number of bytes, 0 for unknown.");
    }

    /// <summary>Whether tiers that compress may compress such values. Default <c>true</c>; set it to <c>false</c> for what is compressed already, and for secrets that stand beside text which others choose.</summary>
    public bool AllowsCompression { get; init; } = true;

    /// <summary>
    /// Whether entries carry a version, so that <c>CompareExchange</c> and <c>Update</c> can be used on them; costs 8 bytes an entry. Default <c>false</c>: only those that these verbs and <c>Add</c> write do.
    /// </summary>
    public bool IsVersioned { get; init; }

    /// <summary>
    /// Has one node of a cluster load a missing value while the others wait for it to appear in a shared tier: how long a node may hold the right to load, more than zero and at most an hour. It should be longer than loads take. Who has a
    /// stale value serves that meanwhile; who has waited so long, or cannot ask, loads. Whose turn it is asks a shared tier that cannot tell what it has again for up to two seconds, or half of this time if that is less: the value may have come meanwhile. Needs <see cref="TieredCacheOptions.FlightLeases"/> and a shared tier; calls for many keys take no part: they make all that is missing by one call of the factory, at each node. <c>null</c>, the default: each node loads for itself.
    /// </summary>
    public TimeSpan? ClusterLease
    {
        get;
        init => field = value is { } time && (time <= TimeSpan.Zero || time > TimeSpan.FromHours(1))
            ? throw new ArgumentOutOfRangeException(nameof(ClusterLease), time, $"{nameof(ClusterLease)} is {time}; it must be more than zero and at most one hour.")
            : value;
    }

    /// <summary>Which tiers calls with this policy use. Default: all of them, to read and to write.</summary>
    public TierAccess Access
    {
        get;
        init => field = (value & ~AnyAccess) == 0 ? value
            : throw new ArgumentOutOfRangeException(nameof(Access), value, Invariant($"{nameof(Access)} is {(int)value}; it is a combination of flags, 0 to {(int)AnyAccess}."));
    }

    /// <summary>
    /// The names of the tiers behind memory that calls with this policy use, to read and to write values; the others are left as they are: what one of them has comes back when the entry has left memory, so remove a key first whose former value must not. Removals and invalidations reach all. Default: all of them. A name that no tier has means none.
    /// </summary>
    /// <exception cref="ArgumentException">A name is <c>null</c> or empty.</exception>
    public ImmutableArray<string> Tiers
    {
        get;
        init
        {
            for (int i = 0; !value.IsDefault && i < value.Length; i++)
            {
                if (string.IsNullOrEmpty(value[i]))
                    throw new ArgumentException($"{nameof(Tiers)}[{i}] is null or empty; give the name of a tier.", nameof(Tiers));
            }

            field = value;
        }
    }

    /// <summary>Whether calls with this policy use a tier of this name.</summary>
    internal bool Uses(string tier) => Tiers.IsDefault || Tiers.Contains(tier, StringComparer.Ordinal);

    private static TimeSpan? Positive(TimeSpan? value, string name) =>
        value is { } time && (time <= TimeSpan.Zero || time > EntryOptions.MaxTtl)
            ? throw new ArgumentOutOfRangeException(name, time, $"{name} is {time}; it must be more than zero and at most {EntryOptions.MaxTtl}.")
            : value;

    private static TimeSpan? Deadline(TimeSpan? value, string name) =>
        value is { } time && (time <= TimeSpan.Zero || time > MaxDeadline)
            ? throw new ArgumentOutOfRangeException(name, time, $"{name} is {time}; it must be more than zero and at most {MaxDeadline}.")
            : value;

    /// <summary>The longest deadline: what the timers of the runtime can wait.</summary>
    private static TimeSpan MaxDeadline => TimeSpan.FromDays(24);

    private static double Between(double value, double least, double most, string name) =>
        value >= least && value <= most ? value : throw new ArgumentOutOfRangeException(name, value, Invariant($"{name} is {value}; it must be {least} to {most}."));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // Called by each setting that may contradict another: whichever is given last finds both there.
    private void ThrowIfContradictory()
    {
        if (SlidingWindow is { } window)
        {
            Refuse(Ttl < window && Ttl != Timeout.InfiniteTimeSpan, nameof(SlidingWindow), window, nameof(Ttl), Ttl, "the window would never end before the time to live does");
            Refuse(StaleGrace is not null, nameof(SlidingWindow), window, nameof(StaleGrace), StaleGrace, "an entry that nobody reads has nobody to serve it stale to");
            Refuse(EagerRefresh is not null, nameof(SlidingWindow), window, nameof(EagerRefresh), EagerRefresh, "a read would both begin the time anew and refresh because of its end");
            Refuse(ProbabilisticRefresh is not null, nameof(SlidingWindow), window, nameof(ProbabilisticRefresh), ProbabilisticRefresh, "a read would both begin the time anew and refresh because of its end");
        }

        if (AdaptiveTtl is { } adaptive)
        {
            Refuse(Ttl is not null, nameof(AdaptiveTtl), $"{adaptive.Least} to {adaptive.Most}", nameof(Ttl), Ttl, "a time to live is either fixed or adapts");
            Refuse(SlidingWindow is not null, nameof(AdaptiveTtl), $"{adaptive.Least} to {adaptive.Most}", nameof(SlidingWindow), SlidingWindow, "an entry that lives while it is read is not loaded anew, so nothing is learnt of it");
            Refuse(adaptive.Most + StaleGrace > EntryOptions.MaxTtl, nameof(AdaptiveTtl), $"{adaptive.Least} to {adaptive.Most}", nameof(StaleGrace), StaleGrace, $"together they may last {EntryOptions.MaxTtl}");
        }

        if (MemoryTtl is { } memory)
        {
            Refuse(Ttl < memory && Ttl != Timeout.InfiniteTimeSpan, nameof(MemoryTtl), memory, nameof(Ttl), Ttl, "memory keeps nothing for longer than it lives");
            Refuse(SlidingWindow is not null, nameof(MemoryTtl), memory, nameof(SlidingWindow), SlidingWindow, "reads would extend what is to end");
            Refuse(AdaptiveTtl is not null, nameof(MemoryTtl), memory, nameof(AdaptiveTtl), AdaptiveTtl, "what memory has dropped cannot be compared with what is loaded");
            Refuse(EagerRefresh is not null, nameof(MemoryTtl), memory, nameof(EagerRefresh), EagerRefresh, "a refresh would load what the tiers behind still have");
            Refuse(ProbabilisticRefresh is not null, nameof(MemoryTtl), memory, nameof(ProbabilisticRefresh), ProbabilisticRefresh, "a refresh would load what the tiers behind still have");
        }

        Refuse(EagerRefresh is not null && ProbabilisticRefresh is not null, nameof(EagerRefresh), EagerRefresh, nameof(ProbabilisticRefresh), ProbabilisticRefresh, "choose one of the two");
        Refuse(SoftDeadline >= HardDeadline, nameof(SoftDeadline), SoftDeadline, nameof(HardDeadline), HardDeadline, "the soft deadline must come first");
        if (Ttl == Timeout.InfiniteTimeSpan)
        {
            Refuse(StaleGrace is not null, nameof(Ttl), "infinite", nameof(StaleGrace), StaleGrace, "what does not expire is never stale");
            Refuse(EagerRefresh is not null, nameof(Ttl), "infinite", nameof(EagerRefresh), EagerRefresh, "what does not expire has no end to be refreshed before");
            Refuse(ProbabilisticRefresh is not null, nameof(Ttl), "infinite", nameof(ProbabilisticRefresh), ProbabilisticRefresh, "what does not expire has no end to be refreshed before");
        }
        else
        {
            Refuse(Ttl + StaleGrace > EntryOptions.MaxTtl, nameof(Ttl), Ttl, nameof(StaleGrace), StaleGrace, $"together they may last {EntryOptions.MaxTtl}");
        }
    }

    private static void Refuse(bool isContradiction, string one, object? oneValue, string other, object? otherValue, string why)
    {
        if (isContradiction)
            throw new ArgumentException(Invariant($"{one} ({oneValue}) and {other} ({otherValue}) contradict each other: {why}."), one);
    }
}
