namespace Strata.Engine.Stress.Parity;

/// <summary>What the reference did, so that a run in which something never happened can be told from one in which both agreed on it.</summary>
internal sealed class ParityTally
{
    public long Requests { get; set; }

    public long Hits { get; set; }

    public long Evictions { get; set; }

    /// <summary>Entries that went from probation to main.</summary>
    public long Promotions { get; set; }

    /// <summary>Entries that went round in main.</summary>
    public long SecondChances { get; set; }

    /// <summary>New entries that began in main because the ghost remembered them.</summary>
    public long GhostHits { get; set; }

    /// <summary>Entries that should have stayed and were evicted, since the write had passed enough of them.</summary>
    public long Forced { get; set; }

    public void Add(ParityTally other)
    {
        Requests += other.Requests;
        Hits += other.Hits;
        Evictions += other.Evictions;
        Promotions += other.Promotions;
        SecondChances += other.SecondChances;
        GhostHits += other.GhostHits;
        Forced += other.Forced;
    }

    /// <summary>The first thing that never happened, or null.</summary>
    public string? FirstNeverSeen() =>
        Hits == 0 ? "a hit"
        : Evictions == 0 ? "an eviction"
        : Promotions == 0 ? "a promotion"
        : SecondChances == 0 ? "a second chance"
        : GhostHits == 0 ? "a key that the ghost remembered"
        : Forced == 0 ? "an eviction of what should have stayed"
        : null;

    public override string ToString() =>
        $"{Requests} requests, {Hits} hits, {Evictions} evictions, {Promotions} promotions, {SecondChances} second chances, {GhostHits} from the ghost, {Forced} forced";
}
