namespace Strata.Engine.Stress.Torture;

/// <summary>A write, a removal or a seen absence of one key. It took effect at some moment from <see cref="Start"/> to <see cref="EffectiveBy"/>.</summary>
internal sealed class HistoryEvent(long sequence, long start)
{
    /// <summary>The number of the write within its key; each event has one, also those that write no value.</summary>
    public long Sequence { get; } = sequence;

    public long Start { get; } = start;

    /// <summary>The moment by which it certainly had its effect: its end, or the end of the first read that saw it; never while neither is known.</summary>
    public long EffectiveBy { get; set; } = LogicalClock.Never;

    /// <summary>Whether it ended by storing nothing.</summary>
    public bool HadNoEffect { get; set; }

    public bool WasRead { get; set; }

    /// <summary>The reading of the system's monotonic clock after which no read may begin and still find the value.</summary>
    public long ExpiresBy { get; set; } = long.MaxValue;

    /// <summary>Whether this certainly came after the other one.</summary>
    public bool Follows(HistoryEvent other) => !HadNoEffect && Start > other.EffectiveBy;
}
