using System.Globalization;

namespace Strata.Entries;

/// <summary>
/// Times to live that follow how often the values of a kind change: an entry lives longer each time a load brings the same bytes again, and shorter when it brings others.
/// </summary>
/// <remarks>
/// <para>The first life is <see cref="Least"/>. A load that brings the same bytes as before multiplies the life by <see cref="Factor"/>; one that brings other bytes divides the time since the former load by it, and the life
/// becomes that if it is shorter. So the life of an entry that is always asked for settles where a load finds a change as often as not: at the usual time between two changes. An entry that nobody asked for until long after its end
/// is not shortened for a change that may have come in that time.</para>
/// <para>That a value which has not changed for long may be trusted longer was proposed for file caches (Cate, "Alex: a global filesystem", 1992) and measured on the web (Gwertzman and Seltzer, "World-Wide Web cache
/// consistency", 1996). They derive the life from the age of the document; a cache sees no age, only whether a load brings something new.</para>
/// <para>To compare, the former value must still be there: an entry is kept for its <see cref="EntryPolicy.StaleGrace"/> after its end, and without one as long again as it was fresh; in that case it is never served then, but
/// takes memory. One that is evicted or asked for later begins anew.</para>
/// </remarks>
public sealed record AdaptiveTtl
{
    private const double MostFactor = 10;

    /// <summary>Makes the bounds.</summary>
    /// <param name="least">The shortest life, and the first. More than zero.</param>
    /// <param name="most">The longest life, at least <paramref name="least"/> and at most <see cref="EntryOptions.MaxTtl"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of them is outside its bounds.</exception>
    public AdaptiveTtl(TimeSpan least, TimeSpan most)
    {
        if (least <= TimeSpan.Zero || least > EntryOptions.MaxTtl)
            throw new ArgumentOutOfRangeException(nameof(least), least, $"{nameof(Least)} is {least}; it must be more than zero and at most {EntryOptions.MaxTtl}.");
        if (most < least || most > EntryOptions.MaxTtl)
            throw new ArgumentOutOfRangeException(nameof(most), most, $"{nameof(Most)} is {most}; it must be at least {nameof(Least)} ({least}) and at most {EntryOptions.MaxTtl}.");
        Least = least;
        Most = most;
    }

    /// <summary>The shortest life, and the first.</summary>
    public TimeSpan Least { get; }

    /// <summary>The longest life.</summary>
    public TimeSpan Most { get; }

    /// <summary>How much longer or shorter a life gets at one load: more than 1 and at most 10. Default 2.</summary>
    public double Factor
    {
        get;
        init => field = value > 1 && value <= MostFactor
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Factor), value, string.Create(CultureInfo.InvariantCulture, $"{nameof(Factor)} is {value}; it must be more than 1 and at most {MostFactor}."));
    } = 2;

    /// <summary>How long a value is to live that was just loaded.</summary>
    /// <param name="former">What the load replaces; <c>null</c> when that is not known.</param>
    /// <param name="payload">The new value.</param>
    internal TimeSpan Next(FormerValue? former, ReadOnlySpan<byte> payload)
    {
        if (former is null)
            return Least;
        double nextMs = payload.SequenceEqual(former.Payload) ? former.LifeMs * Factor : Math.Min(former.LifeMs, former.AgeMs / Factor);
        return TimeSpan.FromMilliseconds(Math.Clamp(nextMs, Least.TotalMilliseconds, Most.TotalMilliseconds));
    }
}
