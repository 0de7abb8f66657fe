namespace Strata.Engine;

/// <summary>What a full store tries to have few of: misses, or missed bytes. Where all entries are of about one size the two are the same.</summary>
public enum EvictionGoal
{
    /// <summary>As few misses as possible: an entry has to earn the room it takes, so small ones stay longer than large ones, and one of four times the mean size or more goes
    /// when its turn comes, however often it is read.</summary>
    ObjectHits,

    /// <summary>As few missed bytes as possible: entries are judged by their hits alone, whatever their size.</summary>
    ByteHits,
}
