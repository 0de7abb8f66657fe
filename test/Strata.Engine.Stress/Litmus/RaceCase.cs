namespace Strata.Engine.Stress.Litmus;

/// <summary>A protocol in one copy: right (<see cref="RaceFault.None"/>) or a control that must fail.</summary>
internal sealed record RaceCase(string Protocol, RaceFault Fault, Func<RaceFault, Race> Create)
{
    public static IReadOnlyList<RaceCase> All { get; } =
    [
        new("validated read against recycling", RaceFault.None, fault => new RecycleRace(fault)),
        new("validated read against recycling", RaceFault.NoVersionCheck, fault => new RecycleRace(fault)),
        new("validated read against recycling", RaceFault.ReuseBeforeUnlink, fault => new RecycleRace(fault)),
        new("validated read against overwriting in place", RaceFault.None, fault => new OverwriteRace(fault)),
        new("validated read against overwriting in place", RaceFault.NoOddVersion, fault => new OverwriteRace(fault)),
        new("hazard pin against reclaiming", RaceFault.None, fault => new HazardRace(fault)),
        new("hazard pin against reclaiming", RaceFault.NoHazardFence, fault => new HazardRace(fault)),
        new("hazard pin against reclaiming", RaceFault.NoFenceBeforeScan, fault => new HazardRace(fault)),
        new("pinned page against the pool's poison", RaceFault.None, fault => new PoisonRace(fault)),
        new("pinned page against the pool's poison", RaceFault.NoPin, fault => new PoisonRace(fault)),
    ];

    /// <summary>Runs until a violation, until <paramref name="rounds"/> reads were accepted, or for <paramref name="limit"/>.</summary>
    public RaceResult Run(long rounds, TimeSpan limit)
    {
        using Race race = Create(Fault);
        return RaceRunner.Run(race, rounds, limit);
    }

    public override string ToString() => Fault == RaceFault.None ? Protocol : $"{Protocol}, {Fault}";
}
