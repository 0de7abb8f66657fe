namespace Strata.Backplane;

/// <summary>How a <see cref="SimulatedBackplane"/> treats messages. The default value is kind to them: at once, once, in order.</summary>
public readonly record struct SimulatedFaults
{
    /// <summary>The share of deliveries that are lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>The share of deliveries that happen twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>The least time on the way.</summary>
    public TimeSpan LeastDelay { get; init; }

    /// <summary>The most time on the way; drawn anew for each delivery, so that messages overtake each other.</summary>
    public TimeSpan MostDelay { get; init; }
}
