namespace Strata.Engine.Stress.Torture;

/// <summary>What the threads saw, so that a run in which something never happened can be told from one in which it went well.</summary>
internal sealed class TortureTally
{
    public long Operations { get; set; }

    public long Hits { get; set; }

    public long Misses { get; set; }

    public long LongValuesRead { get; set; }

    /// <summary>Leases that were held for a while.</summary>
    public long Leased { get; set; }

    public long TooShort { get; set; }

    public long Stored { get; set; }

    public long NoSpace { get; set; }

    public long Exists { get; set; }

    public long Exchanged { get; set; }

    public long Overtaken { get; set; }

    public long Removed { get; set; }

    public long Cleared { get; set; }

    public long Resized { get; set; }

    public long EntriesVisited { get; set; }

    /// <summary>Threads that a disposed store turned away.</summary>
    public long TurnedAway { get; set; }

    public void Add(TortureTally other)
    {
        Operations += other.Operations;
        Hits += other.Hits;
        Misses += other.Misses;
        LongValuesRead += other.LongValuesRead;
        Leased += other.Leased;
        TooShort += other.TooShort;
        Stored += other.Stored;
        NoSpace += other.NoSpace;
        Exists += other.Exists;
        Exchanged += other.Exchanged;
        Overtaken += other.Overtaken;
        Removed += other.Removed;
        Cleared += other.Cleared;
        Resized += other.Resized;
        EntriesVisited += other.EntriesVisited;
        TurnedAway += other.TurnedAway;
    }

    /// <summary>The first thing that never happened, or null.</summary>
    public string? FirstNeverSeen() =>
        Hits == 0 ? "a hit"
        : Misses == 0 ? "a miss"
        : LongValuesRead == 0 ? "a hit on a long value"
        : Leased == 0 ? "a lease"
        : TooShort == 0 ? "a destination too short"
        : Stored == 0 ? "a write"
        : Exists == 0 ? "an add that found an entry"
        : Exchanged == 0 ? "a compare-exchange"
        : Overtaken == 0 ? "a write behind its fence"
        : Removed == 0 ? "a removal"
        : Cleared == 0 ? "a clear"
        : Resized == 0 ? "a change of the capacity"
        : EntriesVisited == 0 ? "an entry visited"
        : TurnedAway == 0 ? "a thread turned away by dispose"
        : null;

    public override string ToString() =>
        $"{Operations} operations, {Hits} hits ({LongValuesRead} long), {Misses} misses, {Leased} leases, {TooShort} too short, {Stored} stored, {NoSpace} no space, "
        + $"{Exists} existed, {Exchanged} exchanged, {Overtaken} overtaken, {Removed} removed, {Cleared} clears, {Resized} resizes, {EntriesVisited} visited, {TurnedAway} turned away";
}
